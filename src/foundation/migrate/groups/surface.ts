import {
  type CommandDescriptor,
  type CommandInput,
  type Ring,
  type RouteDescriptor,
  rings,
  type TextTable,
  Type,
} from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import type { GroupStatus } from './types.ts';

const groupsOf = (use: CommandInput['use']) => use<Migrate>('migrate').groups;
const nameArgument = { name: 'name', meaning: 'as in "migrate group list"' };

function table(list: readonly GroupStatus[]): TextTable {
  return {
    columns: ['tier', 'group', 'state', 'new side', 'from', 'to', 'next'],
    rows: list.map(({ tier, name, state, ring, old, new: to, next }) => [tier, name, state, ring, old.join(', '), to.join(', '), next]),
  };
}
const shown = (status: GroupStatus) => ({ data: status, table: table([status]) });

const list: CommandDescriptor = {
  name: 'migrate group list',
  summary: 'Changes that keep an old and a new side for a while, and the next step of each.',
  needs: 'server',
  async run({ use }) {
    const groups = await groupsOf(use).list();
    return { data: { groups }, table: table(groups) };
  },
};

const status: CommandDescriptor = {
  name: 'migrate group status',
  summary: 'One of them, after a look for sessions of the old version.',
  needs: 'server',
  arguments: [nameArgument],
  run: async ({ args, use }) => shown(await groupsOf(use).status(String(args.name))),
};

const switchGroup: CommandDescriptor = {
  name: 'migrate group switch',
  summary: 'One step on: fill and compare, then ring after ring reads the new side.',
  description: 'Rings are canary, 1 %, 10 %, all. Both sides are compared before each step. May be killed at any time and run again.',
  needs: 'server',
  arguments: [nameArgument],
  flags: Type.Object({
    to: Type.Optional(
      Type.Union(
        rings.slice(1).map((ring) => Type.Literal(ring)),
        { description: 'Go on until this ring.' },
      ),
    ),
    canaries: Type.Optional(Type.String({ description: 'Ids of the tenants that read the new side first, joined by commas.' })),
  }),
  async run({ args, flags, signal, progress, use }) {
    const to = flags.to as Ring | undefined;
    const canaries = (flags.canaries as string | undefined)?.split(',');
    const request = { signal, onProgress: progress, ...(to && { to }), ...(canaries && { canaries }) };
    return shown(await groupsOf(use).switch(String(args.name), request));
  },
};

const back: CommandDescriptor = {
  name: 'migrate group back',
  summary: 'One ring back to the old side, at once; no data moves.',
  needs: 'server',
  arguments: [nameArgument],
  run: async ({ args, use }) => shown(await groupsOf(use).back(String(args.name))),
};

const contract: CommandDescriptor = {
  name: 'migrate group contract',
  summary: 'Write the migrations that drop the old side, once nothing stands in the way.',
  description: 'They ask again in every database they are applied to, and stop where the old side is still needed.',
  needs: 'server',
  arguments: [nameArgument],
  async run({ args, use }) {
    const paths = await groupsOf(use).contract(String(args.name));
    return { data: { paths }, text: `${paths.join('\n')}\nNext: plinth migrate plan --write, plinth migrate up` };
  },
};

export const groupsCommands: readonly CommandDescriptor[] = [list, status, switchGroup, back, contract];

export const groupsRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/groups',
    summary: 'Changes that keep an old and a new side for a while, with what stands in the way of ending them.',
    role: 'viewer',
    handler: async ({ use }) => ({ groups: await use<Migrate>('migrate').groups.list() }),
  },
];
