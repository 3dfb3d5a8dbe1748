import { type CommandDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import type { PlanStatement } from './types.ts';

const mark = ({ sql, isDestructive, isAlone }: PlanStatement) =>
  `${isDestructive ? '-- destructive\n' : ''}${isAlone ? '-- in a step of its own\n' : ''}${sql};`;

const diff: CommandDescriptor = {
  name: 'migrate diff',
  summary: 'Show what leads from a database to a desired schema, tried on a throwaway server.',
  description:
    'The desired schema is a folder of .sql files, or the URL of a database that has it. Of files, only the schemas they make (and public) are compared. A rename is declared in a comment, it is never guessed: "-- renamedFrom: column public.people.mail to email". With --write the plan becomes migrations of your product.',
  needs: 'server',
  flags: Type.Object({
    to: Type.String({ description: 'Folder of .sql files, or postgres:// URL.' }),
    tier: Type.Optional(
      Type.Union(
        tiers.map((tier) => Type.Literal(tier)),
        { description: 'Default: oltp.' },
      ),
    ),
    write: Type.Optional(Type.Boolean({ description: 'Write the plan as migrations.' })),
  }),
  async run({ flags, signal, use }) {
    const tier = flags.tier as Tier | undefined;
    const request = { to: String(flags.to), isWritten: flags.write === true, signal, ...(tier && { tier }) };
    const report = await use<Migrate>('migrate').diff.plan(request);
    const reordered = report.reordered.map((identity) => `-- ${identity}: its columns stand in another order, which is left alone`);
    const lines = [...reordered, ...report.statements.map(mark), ...report.written.map((folder) => `-- wrote ${folder}`)];
    return { data: report, text: lines.length === 0 ? 'Nothing to do.' : lines.join('\n') };
  },
};

export const diffCommands: readonly CommandDescriptor[] = [diff];
