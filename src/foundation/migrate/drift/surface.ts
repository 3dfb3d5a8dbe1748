import { type CommandDescriptor, type RouteDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import type { DatabaseDrift, DriftEntry } from './types.ts';

const shown = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 60);

function rowOf({ tiers: [tier] }: DatabaseDrift, entry: DriftEntry): string[] {
  const { identity, change, path, expected, actual, happened, actor, application } = entry;
  const isWhole = path === undefined;
  return [
    tier ?? '',
    identity,
    isWhole ? change : path,
    isWhole ? '' : shown(expected),
    isWhole ? '' : shown(actual),
    actor ?? '',
    happened?.toISOString().slice(0, 19).replace('T', ' ') ?? '',
    application ?? '',
  ];
}

const drift: CommandDescriptor = {
  name: 'migrate drift',
  summary: 'Find what was changed in the schema without a migration, and who did it.',
  description:
    'Compares each database with what the last run left; with --thorough, with what the files make on a throwaway server. Exit code 6 when they differ. Partitions that come and go are no drift.',
  needs: 'server',
  flags: Type.Object({
    thorough: Type.Optional(Type.Boolean({ description: 'Compare with the files, applied to a throwaway server.' })),
    tier: Type.Optional(
      Type.Union(
        tiers.map((tier) => Type.Literal(tier)),
        { description: 'Only this tier.' },
      ),
    ),
  }),
  async run({ flags, signal, use }) {
    const tier = flags.tier as Tier | undefined;
    const databases = await use<Migrate>('migrate').drift.check({ isThorough: flags.thorough === true, signal, ...(tier && { tier }) });
    const rows = databases.flatMap((database) => database.entries.map((entry) => rowOf(database, entry)));
    if (rows.length > 0) {
      const columns = ['tier', 'object', 'property', 'expected', 'actual', 'who', 'when', 'application'];
      return { data: { databases }, table: { columns, rows }, exitCode: 6 };
    }
    const notes = databases.flatMap(({ tiers: names, notCompared }) => (notCompared ? [`${names[0]}: not compared: ${notCompared}`] : []));
    return { data: { databases }, text: [...notes, notes.length < databases.length ? 'No drift.' : ''].filter(Boolean).join('\n') };
  },
};

export const driftCommands: readonly CommandDescriptor[] = [drift];

export const driftRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/drift',
    summary: 'What differs from what the last run left, per database, with who did it where that is known.',
    role: 'viewer',
    handler: async ({ use, signal }) => ({ databases: await use<Migrate>('migrate').drift.check({ signal }) }),
  },
  {
    method: 'GET',
    path: '/migrate/snapshot',
    summary: 'The schema of the database of a tier as it is, object by object, with hashes.',
    role: 'viewer',
    query: Type.Object({ tier: Type.Union(tiers.map((tier) => Type.Literal(tier))) }),
    handler: ({ use, query, signal }) => use<Migrate>('migrate').drift.snapshot({ tier: (query as { readonly tier: Tier }).tier, signal }),
  },
];
