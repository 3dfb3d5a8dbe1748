import type { Connect } from '../../../foundation/connect/index.ts';
import { type CommandDescriptor, type CommandInput, systemClock, Type, withDefaults } from '../../../kernel/index.ts';
import type { Accounts } from '../accounts.ts';
import { type ConsoleRole, consoleRoles } from '../model/roles.ts';
import { httpOptions } from '../options.ts';

// The server itself is not opened for a command; accounts need no more than connections.
async function accountsOf(input: CommandInput): Promise<Accounts> {
  const { createAccounts } = await import('../accounts.ts');
  const { sessionHours } = withDefaults(httpOptions);
  return createAccounts({ connect: input.use<Connect>('connect'), clock: systemClock }, { sessionHours });
}

const nameOf = (input: CommandInput) => String(input.args.name).trim().toLowerCase();
const name = { name: 'name', meaning: 'Account name' };
const openLink = (token: string) => `Open once, within 24 hours: <address of the console>/sign-in#${token}`;

export const commands: readonly CommandDescriptor[] = [
  {
    name: 'http account list',
    summary: 'Show who may sign in to the console',
    needs: 'migrated',
    async run(input) {
      const accounts = await (await accountsOf(input)).list();
      const rows = accounts.map((a) => [a.name, a.role, a.hasPassword ? 'set' : 'not yet', a.signedIn?.toISOString() ?? 'never']);
      return { data: accounts, table: { columns: ['name', 'role', 'password', 'last sign-in'], rows } };
    },
  },
  {
    name: 'http account add',
    summary: 'Add somebody who may sign in to the console',
    description: 'Prints a link that signs in once and lets them choose a password; no password passes through the command line.',
    needs: 'migrated',
    arguments: [name],
    flags: Type.Object({
      role: Type.Union(
        consoleRoles.map((role) => Type.Literal(role)),
        { default: 'viewer', description: 'viewer reads, operator acts, admin also manages accounts' },
      ),
    }),
    async run(input) {
      const accounts = await accountsOf(input);
      const account = await accounts.add(nameOf(input), input.flags.role as ConsoleRole);
      const token = await accounts.issueLink(account.name);
      return { data: { account, token }, text: `${account.name} may sign in as ${account.role}.\n${openLink(token)}` };
    },
  },
  {
    name: 'http account link',
    summary: 'Make a new one-time sign-in link, e.g. for a forgotten password',
    description: 'Opening the link takes the old password away; an earlier unused link stops working.',
    needs: 'migrated',
    arguments: [name],
    async run(input) {
      const token = await (await accountsOf(input)).issueLink(nameOf(input));
      return { data: { name: nameOf(input), token }, text: openLink(token) };
    },
  },
  {
    name: 'http account remove',
    summary: 'Remove an account of the console and end its sessions',
    needs: 'migrated',
    arguments: [name],
    async run(input) {
      await (await accountsOf(input)).remove(nameOf(input));
      return { data: { removed: nameOf(input) }, text: `${nameOf(input)} can no longer sign in.` };
    },
  },
];
