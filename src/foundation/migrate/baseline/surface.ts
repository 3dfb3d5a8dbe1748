import { type CommandDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import type { Difference } from '../snapshot/index.ts';

const shown = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 60);

/** A difference as cells: object, property, what the files make, what is there. */
const cellsOf = ({ identity, change, path, expected, actual }: Difference): string[] =>
  path === undefined
    ? [identity, change === 'added' ? 'is in no file' : 'is not there', '', '']
    : [identity, path, shown(expected), shown(actual)];

const baseline: CommandDescriptor = {
  name: 'migrate baseline',
  summary: 'Take over a database that was there before its files: record as there what it has, without running anything.',
  description:
    'What the files make is built on a throwaway server and compared object by object. Only when there is no difference is anything recorded; else the differences are listed and the exit code is 6. Owners count: "reassign owned by <role> to plinth_owner" hands over what a database has.',
  needs: 'server',
  arguments: [
    { name: 'to', meaning: 'release, source/name, or source that is there already; default: all of your product', isOptional: true },
  ],
  flags: Type.Object({
    tier: Type.Optional(
      Type.Union(
        tiers.map((tier) => Type.Literal(tier)),
        { description: 'Only this tier.' },
      ),
    ),
  }),
  async run({ args, flags, signal, progress, use }) {
    const tier = flags.tier as Tier | undefined;
    const request = { signal, onProgress: progress, ...(args.to !== undefined && { to: String(args.to) }), ...(tier && { tier }) };
    const report = await use<Migrate>('migrate').baselines.take(request);
    const rows = report.databases.flatMap(({ tiers: [one = ''], differences }) => differences.map((found) => [one, ...cellsOf(found)]));
    if (rows.length > 0)
      return { data: report, table: { columns: ['tier', 'object', 'property', 'files', 'database'], rows }, exitCode: 6 };
    if (!report.isRecorded) return { data: report, text: 'Nothing to record: it is recorded already.' };
    const counts = report.databases.map(
      ({ tiers: [one], migrations, objects }) =>
        `${one}: ${migrations.length} migration(s) and ${objects.length} object file(s) recorded as there.`,
    );
    const warnings = report.warnings.map((warning) => `warning: ${warning}`);
    return { data: report, text: [...warnings, ...counts].join('\n'), exitCode: warnings.length > 0 ? 3 : 0 };
  },
};

export const baselineCommands: readonly CommandDescriptor[] = [baseline];
