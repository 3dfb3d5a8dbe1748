import { type CommandDescriptor, type RouteDescriptor, type TextTable, Type } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import { type RehearsalDepth, type RehearsedMigration, rehearsalDepths } from './types.ts';

const rehearse: CommandDescriptor = {
  name: 'migrate rehearse',
  summary: 'Try what is pending on a throwaway server and measure its locks.',
  description:
    'Each statement runs on an empty server with the same schema; its locks, rewrites, scans and index builds are read after it. What cannot be tried there is "not rehearsed", never passed. Exit codes: 0 passed, 1 failed, 3 something was not rehearsed.',
  needs: 'server',
  flags: Type.Object({
    depth: Type.Optional(
      Type.Union(
        rehearsalDepths.map((depth) => Type.Literal(depth)),
        { default: 'shadow', description: 'plan: list only. shadow: empty tables. clone: a restored backup.' },
      ),
    ),
  }),
  async run({ flags, signal, progress, use }) {
    const depth = (flags.depth ?? 'shadow') as RehearsalDepth;
    const rehearsal = await use<Migrate>('migrate').rehearsal.run({ depth, signal, onProgress: progress });
    const { migrations } = rehearsal;
    if (migrations.length === 0) return { data: rehearsal, text: 'Nothing is pending.' };
    const exitCode = migrations.some(({ result }) => result === 'failed')
      ? 1
      : migrations.some(({ result }) => result !== 'passed')
        ? 3
        : 0;
    return { data: rehearsal, table: rehearsalTable(migrations), exitCode };
  },
};

function rehearsalTable(migrations: readonly RehearsedMigration[]): TextTable {
  const rows = migrations.flatMap(({ id, tier, result, because = '', statements }) => [
    [tier, id, '', result, '', because],
    ...statements.map((one) => [
      '',
      '',
      one.line,
      one.result,
      one.locks
        .filter(({ mode }) => mode !== 'ACCESS SHARE')
        .map(({ relation, mode }) => `${relation} ${mode}`)
        .join(', '),
      [
        ...one.rewrites.map((table) => `rewrites ${table}`),
        ...one.scans.map((table) => `reads ${table}`),
        ...one.indexBuilds.map(({ index }) => `builds ${index}`),
        ...(one.because ? [one.because] : []),
      ].join(', '),
    ]),
  ]);
  return { columns: ['tier', 'migration', 'line', 'result', 'locks', 'effects'], rows };
}

export const rehearseCommands: readonly CommandDescriptor[] = [rehearse];

export const rehearseRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/rehearsal',
    summary: 'The last rehearsal: what each pending statement locked, rewrote and read; null before the first.',
    role: 'viewer',
    handler: async ({ use }) => ({ rehearsal: (await use<Migrate>('migrate').rehearsal.latest()) ?? null }),
  },
];
