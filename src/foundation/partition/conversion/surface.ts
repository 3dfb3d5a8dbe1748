import { type CommandDescriptor, type CommandInput, type CommandResult, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import { type TimeUnit, timeUnits } from '../model/interval.ts';
import type { Partition } from '../model/types.ts';
import type { ConversionStatus, Conversions } from './types.ts';

const table = { name: 'table', meaning: 'schema.table' };
const part = { name: 'partition', meaning: 'one of its partitions' };
const every = Type.Union([...timeUnits.map((unit) => Type.Literal(unit)), Type.String({ pattern: '^[1-9][0-9]*$' })], {
  description: `Interval: ${timeUnits.join(', ')}, or the width of a range of a bigint.`,
});

const intervalOf = (value: unknown) => (/^\d+$/.test(String(value)) ? Number(value) : (value as TimeUnit));

/** What a command ends with: where the conversion is, what was compared, what to do next. */
function resultOf(status: ConversionStatus): CommandResult {
  const { table: name, state, route, ranges, parts } = status;
  const rows = ranges.reduce((sum, { rowsSource }) => sum + rowsSource, 0);
  const compared = ranges.length > 0 ? [`${ranges.length} ranges with ${rows} rows compared: equal`] : [];
  const next = {
    verified: `Next: plinth partition swap ${name}`,
    swapped: `Next: plinth partition finish ${name}, or undo`,
  } as Readonly<Record<string, string>>;
  const lines = [`${name}: ${route} of ${parts.length} partitions is ${state}`, ...compared, next[state] ?? ''];
  return { data: status, text: lines.filter((line) => line !== '').join('\n') };
}

function command(
  words: string,
  summary: string,
  rest: Pick<CommandDescriptor, 'description' | 'flags' | 'arguments'>,
  run: (conversions: Conversions, name: string, input: CommandInput) => Promise<ConversionStatus>,
): CommandDescriptor {
  return {
    name: `partition ${words}`,
    summary,
    needs: 'migrated',
    arguments: [table],
    ...rest,
    run: async (input) => resultOf(await run(input.use<Partition>('partition').conversions, String(input.args.table), input)),
  };
}

const bounds = ({ signal, progress }: CommandInput) => ({ signal, onProgress: progress });
const partOf = ({ args }: CommandInput) => String(args.partition);

export const conversionCommands: readonly CommandDescriptor[] = [
  command(
    'convert',
    'Make a table in use partitioned: planned, built, copied and compared. Nothing clients see changes before "swap".',
    {
      description:
        'adopt takes the old table over as the first partition, without a copy; rebuild cuts the old rows too. May be killed at any time and run again. Example: plinth partition convert oltp.orders --key created --every month',
      flags: Type.Object({
        key: Type.String({ description: 'Column it is cut by: timestamptz, date, uuid v7 or bigint.' }),
        every,
        route: Type.Optional(
          Type.Union([Type.Literal('adopt'), Type.Literal('rebuild')], { description: 'Default adopt: only new rows are cut.' }),
        ),
        unique: Type.Optional(
          Type.String({
            description: 'Columns of a unique index without the key, kept unique by claims: tenant_id,email; more separated by spaces.',
          }),
        ),
        ahead: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Partitions ready beyond the current one.' })),
      }),
    },
    (conversions, name, input) => {
      const {
        key,
        every: interval,
        route,
        ahead,
        unique,
      } = input.flags as { key: string; every: string; route?: 'adopt' | 'rebuild'; ahead?: number; unique?: string };
      const request = {
        table: name,
        key,
        every: intervalOf(interval),
        ...(route && { route }),
        ...(ahead && { ahead }),
        ...(unique && { unique: unique.split(/\s+/).map((list) => list.split(',')) }),
      };
      return conversions.convert(request, bounds(input));
    },
  ),
  command(
    'split',
    'Cut one partition into intervals, as far as compared.',
    { arguments: [table, part], flags: Type.Object({ every }) },
    (conversions, name, input) => conversions.split(name, partOf(input), intervalOf(input.flags.every), bounds(input)),
  ),
  command(
    'merge',
    'Join neighbouring partitions into one, as far as compared.',
    { arguments: [table, { name: 'partitions', meaning: 'two or more, without a gap between them', isVariadic: true }] },
    (conversions, name, input) => conversions.merge(name, input.args.partitions as readonly string[], bounds(input)),
  ),
  command(
    'reclaim',
    'Rewrite one partition without the space of its dead rows, as far as compared.',
    { arguments: [table, part] },
    (conversions, name, input) => conversions.reclaim(name, partOf(input), bounds(input)),
  ),
  command(
    'drain',
    'Cut the rows of an open-ended or DEFAULT partition into intervals, as far as compared.',
    { arguments: [table, part], flags: Type.Object({ every }) },
    (conversions, name, input) => conversions.drain(name, partOf(input), intervalOf(input.flags.every), bounds(input)),
  ),
  command(
    'group add',
    'Cut values of a list out of its catch-all into a partition of their own, as far as compared.',
    {
      arguments: [
        table,
        { name: 'group', meaning: 'end of the new name' },
        { name: 'values', meaning: 'values of the list', isVariadic: true },
      ],
    },
    (conversions, name, input) =>
      conversions.addGroup(name, String(input.args.group), input.args.values as readonly string[], bounds(input)),
  ),
  command('conversion pause', 'Stop copying after the running batch.', {}, (conversions, name) => conversions.pause(name)),
  command('conversion resume', 'Go on with a conversion that was paused or killed.', {}, (conversions, name, input) =>
    conversions.resume(name, bounds(input)),
  ),
  command('verify', 'Compare both sides of a conversion anew, after copying again what was different.', {}, (conversions, name, input) =>
    conversions.verify(name, bounds(input)),
  ),
  command('swap', 'Let both sides of a conversion change places, in one short transaction.', {}, (conversions, name, input) =>
    conversions.swap(name, bounds(input)),
  ),
  command('finish', 'Drop the old side of a conversion; there is no way back then.', {}, (conversions, name, input) =>
    conversions.finish(name, bounds(input)),
  ),
  command('undo', 'Take a conversion back; rows that were written meanwhile are kept.', {}, (conversions, name, input) =>
    conversions.undo(name, bounds(input)),
  ),
  {
    name: 'partition conversions',
    summary: 'Conversions under way and past, with their progress.',
    needs: 'migrated',
    async run({ use }) {
      const conversions = await use<Partition>('partition').conversions.list();
      const rows = conversions.map(({ tier, table: name, route, state, isPaused, copied, error }) => [
        tier,
        name,
        route,
        isPaused ? `${state} (paused)` : state,
        copied ? `${copied.rows} of ${copied.rowsTotal}` : '',
        copied?.etaSeconds ?? '',
        error ?? copied?.throttled ?? '',
      ]);
      return { data: { conversions }, table: { columns: ['tier', 'table', 'route', 'state', 'rows', 'seconds left', 'what'], rows } };
    },
  },
];

export const conversionRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/partition/conversions',
    summary: 'Conversions under way and past, with progress, rate and the last verification.',
    role: 'viewer',
    handler: async ({ use }) => ({ conversions: await use<Partition>('partition').conversions.list() }),
  },
];
