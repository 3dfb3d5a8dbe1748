import { type CommandDescriptor, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Partition } from '../model/types.ts';
import type { Assessment } from './types.ts';

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;

function inWords(found: Assessment): string {
  const { table, proposal, keys, inbound, outbound } = found;
  const known = [
    `${found.rows} rows, ${megabytes(found.sizeBytes)}, ${found.deadRows} dead`,
    ...(found.bytesPerDay === undefined ? [] : [`grows by ${megabytes(found.bytesPerDay)} a day, ${found.deletedPerDay} rows deleted`]),
    ...(found.vacuumSeconds === undefined ? [] : [`a vacuum takes ${found.vacuumSeconds.toFixed(1)} s`]),
  ];
  const problems = keys.find(({ column }) => column === proposal?.key)?.problems ?? [];
  return [
    `${table}: ${found.isWorthIt ? 'yes' : 'no'}: ${found.reasons.join('; ')}.`,
    `${known.join('; ')}.`,
    ...keys.map(
      ({ column, type, correlation, distinct, statementShare }) =>
        `${column} (${type}): ${[
          ...(distinct === undefined ? ['never analysed'] : [`about ${distinct} values`]),
          ...(correlation === undefined ? [] : [`correlation ${correlation.toFixed(2)}`]),
          ...(statementShare === undefined ? [] : [`in ${Math.round(statementShare * 100)} % of the statements`]),
        ].join(', ')}`,
    ),
    ...(inbound.length > 0 ? [`Points here: ${inbound.join(', ')}.`] : []),
    ...(outbound.length > 0 ? [`Points elsewhere: ${outbound.join(', ')}.`] : []),
    ...problems.map((problem) => `First: ${problem}`),
    ...found.unknown.map((what) => `Not known: ${what}`),
    ...(proposal
      ? [
          `Proposed: ${proposal.parts} partitions of about ${megabytes(proposal.bytesPerPart)}: plinth partition convert ${table} --key ${proposal.key} --every ${proposal.every}`,
        ]
      : []),
  ].join('\n');
}

export const assessCommands: readonly CommandDescriptor[] = [
  {
    name: 'partition assess',
    summary: 'Whether a table should be cut, by what the server has counted about it, and how.',
    needs: 'migrated',
    arguments: [{ name: 'table', meaning: 'schema.table' }],
    async run({ use, args }) {
      const found = await use<Partition>('partition').assess(String(args.table));
      return { data: found, text: inWords(found) };
    },
  },
];

export const assessRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/partition/assess',
    summary: 'Whether a table should be cut, and how.',
    role: 'viewer',
    query: Type.Object({ table: Type.String({ description: 'schema.table' }) }),
    handler: ({ use, query }) => use<Partition>('partition').assess(String(query.table)),
  },
];
