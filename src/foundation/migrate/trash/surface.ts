import type { CommandDescriptor, RouteDescriptor } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

const day = (date: Date) => date.toISOString().slice(0, 16).replace('T', ' ');

export const trashCommands: readonly CommandDescriptor[] = [
  {
    name: 'migrate trash list',
    summary: 'Tables and columns that were thrown away and can be brought back.',
    needs: 'server',
    async run({ use }) {
      const items = await use<Migrate>('migrate').trash.list();
      const rows = items.map(({ tier, kind, original, rows, created, expires, id }) => [
        tier,
        kind,
        original,
        rows ?? '',
        day(created),
        day(expires),
        id,
      ]);
      return { data: { items }, table: { columns: ['tier', 'kind', 'what', 'rows', 'thrown away', 'expires', 'id'], rows } };
    },
  },
  {
    name: 'migrate trash restore',
    summary: 'Bring a table or column back as it was.',
    description:
      'By name (the newest of it) or id. Exit code 3: it is back, but a constraint does not hold for rows that came or went meanwhile.',
    needs: 'server',
    arguments: [{ name: 'what', meaning: 'schema.table, schema.table.column or id, as in "migrate trash list"' }],
    async run({ args, signal, use }) {
      const restored = await use<Migrate>('migrate').trash.restore(String(args.what), { signal });
      const lines = restored.unproven.map(({ table, name, reason }) => `not valid: ${name} on ${table} (${reason})`);
      return { data: restored, text: [...lines, `${restored.original} is back.`].join('\n'), exitCode: lines.length > 0 ? 3 : 0 };
    },
  },
];

export const trashRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/trash',
    summary: 'Tables and columns that were thrown away and can be brought back.',
    role: 'viewer',
    handler: async ({ use }) => ({ items: await use<Migrate>('migrate').trash.list() }),
  },
];
