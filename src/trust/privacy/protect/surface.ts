import { type CommandDescriptor, type RouteDescriptor, type TextTable, Type } from '../../../kernel/index.ts';
import { writePlace } from '../model/places.ts';
import type { Privacy } from '../model/types.ts';
import { indexKinds, type Protection, type ProtectionStatus, type ProtectRequest } from './types.ts';

const protectionOf = (input: { use<T>(name: string): T }): Protection => input.use<Privacy>('privacy').protection;

const tableOf = (list: readonly ProtectionStatus[]): TextTable => ({
  columns: ['column', 'sealed in', 'state', 'read by', 'rows not sealed', 'next'],
  rows: list.map(({ place, sealed, state, ring, openRows, hindrances, next }) => [
    writePlace(place),
    sealed ?? '',
    state,
    ring ?? '',
    openRows ?? '',
    hindrances.length > 0 ? `wait: ${hindrances.join('; ')}` : next,
  ]),
});

export const protectCommands: readonly CommandDescriptor[] = [
  {
    name: 'privacy protect',
    summary: 'Turn a column in clear into an encrypted one, one step a call, while programs use it; without one, show where all are.',
    description: `Steps: the migration that puts a sealed column beside it · all rows are sealed and compared · readers are switched, ring by ring · the migration
that drops the column in clear · the files of the table are rewritten. Between them apply migrations and release programs, as the last column says.
Interrupted, it goes on when it is called again. Example: plinth privacy protect shop.people.email --index email`,
    needs: 'migrated',
    arguments: [{ name: 'column', meaning: '[tier:]schema.table.column', isOptional: true }],
    flags: Type.Object({
      into: Type.Optional(Type.String({ minLength: 1, description: 'Name of the sealed column. Default: the name with _sealed.' })),
      index: Type.Optional(
        Type.Union(
          indexKinds.map((kind) => Type.Literal(kind)),
          { description: 'Keep equal values findable, by this form of them.' },
        ),
      ),
      purpose: Type.Optional(Type.String({ minLength: 1, description: 'Which of the tenant’s keys. Default: personal.' })),
      force: Type.Optional(
        Type.String({ minLength: 1, description: 'Why a column is encrypted that is not classified as restricted and to be encrypted.' }),
      ),
    }),
    async run(input) {
      const protection = protectionOf(input);
      const { column } = input.args as { column?: string };
      if (column === undefined) {
        const columns = await protection.list();
        const text = columns.length === 0 ? 'No column waits to be encrypted.' : undefined;
        return { data: { columns }, table: tableOf(columns), ...(text !== undefined && { text }) };
      }
      const watch = { signal: input.signal, onProgress: (line: string) => input.progress(line) };
      const step = await protection.protect(column, { ...(input.flags as ProtectRequest), ...watch });
      return { data: step, table: tableOf([step.status]), text: ['', ...step.did, ...step.written].join('\n') };
    },
  },
];

export const protectRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/privacy/protections',
    summary: 'Columns that should be encrypted and are not, and how far those are that become it.',
    role: 'viewer',
    handler: async (request) => ({ columns: await protectionOf(request).list() }),
  },
];
