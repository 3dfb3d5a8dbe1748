import { readFile } from 'node:fs/promises';
import { type CommandDescriptor, Type, tiers } from '../../../kernel/index.ts';
import type { Privacy } from '../model/types.ts';
import type { AnonymizeReport } from './types.ts';

const findingsExitCode = 1;

export const anonymizeCommands: readonly CommandDescriptor[] = [
  {
    name: 'privacy anonymize',
    summary: 'Copy a tier, or all, into databases for work outside production, with nobody in them.',
    description:
      'The target has the same migrations and, without --replace, no rows. It gets all or nothing. What was masked and is found in the copy all the same is listed, and makes the exit code 1. Example: plinth privacy anonymize all postgres://plinth_migrator@staging/shop_{tier}',
    needs: 'migrated',
    arguments: [
      { name: 'source', meaning: `${tiers.join(', ')} or all` },
      { name: 'target', meaning: 'URL of the database; {tier} in it stands for the name of the tier' },
    ],
    flags: Type.Object({
      replace: Type.Optional(Type.Boolean({ description: 'Empty tables of the target that have rows.' })),
      seedFile: Type.Optional(
        Type.String({
          description: 'File with 32 bytes: the same pseudonyms in every copy. Default: random ones that nobody can lead back.',
        }),
      ),
    }),
    async run(input) {
      const { replace, seedFile } = input.flags as { replace?: boolean; seedFile?: string };
      const source = String(input.args.source);
      const wanted = source === 'all' ? tiers : tiers.filter((tier) => tier === source);
      const targets = Object.fromEntries(wanted.map((tier) => [tier, String(input.args.target).replaceAll('{tier}', tier)]));
      const report = await input.use<Privacy>('privacy').anonymizer.anonymize({
        targets,
        ...(replace && { isReplacing: true }),
        ...(seedFile !== undefined && { seed: await readFile(seedFile) }),
        signal: input.signal,
        onProgress: (line) => input.progress(line),
      });
      const rows = report.tables.map(({ tier, table, rows, masked }) => [tier, table, rows, masked.join(', ')]);
      return {
        data: report,
        table: { columns: ['tier', 'table', 'rows', 'masked'], rows },
        text: summaryOf(report),
        exitCode: report.leftovers.length > 0 ? findingsExitCode : 0,
      };
    },
  },
];

function summaryOf({ rows, durationMs, foreignKeys, anonymity, leftovers }: AnonymizeReport): string {
  return [
    '',
    `${rows} rows in ${(durationMs / 1000).toFixed(1)} s; ${foreignKeys} foreign keys hold.`,
    ...anonymity.map(
      ({ table, columns, k, rare }) => `${table}: k = ${k ?? 'none'} over ${columns.join(', ')}; ${rare} rows share it with fewer than 5.`,
    ),
    ...leftovers.map(({ from, found, values }) => `${values} values of ${from} stand in ${found} of the copy: classify that column too.`),
    ...(leftovers.length === 0 ? ['No sampled value of a masked column stands in the copy.'] : []),
  ].join('\n');
}
