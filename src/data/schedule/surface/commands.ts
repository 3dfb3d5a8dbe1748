import { type CommandDescriptor, type CommandInput, type CommandResult, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Schedule, ScheduledJob, ScheduleKey, ScheduleRun } from '../model/types.ts';

const tenant = Type.Optional(Type.String({ description: 'Tenant whose schedule it is, by slug or id; default: the platform' }));
const nameArgument = { name: 'name', meaning: 'Name of the schedule' };

const scheduleOf = (input: CommandInput) => input.use<Schedule>('schedule');

async function tenantOf(input: CommandInput): Promise<{ readonly tenantId?: string }> {
  if (typeof input.flags.tenant !== 'string') return {};
  return { tenantId: (await input.use<Tenancy>('tenancy').find(input.flags.tenant)).id };
}
const keyOf = async (input: CommandInput): Promise<ScheduleKey> => ({ name: String(input.args.name), ...(await tenantOf(input)) });

const work = ({ job, sql, tier }: ScheduledJob) => job ?? `${tier}: ${sql}`;
const time = (date: Date | undefined) => date?.toISOString() ?? '';

function runsTable(runs: readonly ScheduleRun[]): CommandResult {
  const rows = runs.map((run) => [
    run.schedule,
    time(run.planned),
    time(run.fired),
    run.state,
    run.jobId ?? (run.isCron ? 'pg_cron' : ''),
    run.tenantId,
    run.error ?? '',
  ]);
  return { data: runs, table: { columns: ['schedule', 'planned', 'fired', 'state', 'job', 'tenant', 'reason'], rows } };
}

function turning(word: 'enable' | 'disable', summary: string): CommandDescriptor {
  return {
    name: `schedule ${word}`,
    summary,
    needs: 'migrated',
    arguments: [nameArgument],
    flags: Type.Object({ tenant }),
    async run(input) {
      const job = await scheduleOf(input).enable(await keyOf(input), word === 'enable');
      const next = job.nextRun && job.state !== 'disabled' ? `; it fires next at ${time(job.nextRun)}` : '';
      return { data: job, text: `${job.name} is ${word}d${next}.` };
    },
  };
}

export const scheduleCommands: readonly CommandDescriptor[] = [
  {
    name: 'schedule list',
    summary: 'List schedules, how they stand and when they fire next',
    needs: 'migrated',
    flags: Type.Object({ tenant: Type.Optional(Type.String({ description: 'Only those of this tenant, by slug or id; default: all' })) }),
    async run(input) {
      const jobs = await scheduleOf(input).list((await tenantOf(input)).tenantId);
      const rows = jobs.map((job) => [
        job.name,
        job.state,
        job.cron,
        job.zone,
        work(job),
        time(job.nextRun),
        time(job.lastRun),
        job.firedBy,
        job.tenantId,
      ]);
      return { data: jobs, table: { columns: ['name', 'state', 'cron', 'zone', 'work', 'next', 'last', 'fired by', 'tenant'], rows } };
    },
  },
  {
    name: 'schedule show',
    summary: 'Show all that a schedule says',
    needs: 'migrated',
    arguments: [nameArgument],
    flags: Type.Object({ tenant }),
    async run(input) {
      const job = await scheduleOf(input).get(await keyOf(input));
      const text = (value: unknown) =>
        value instanceof Date ? time(value) : typeof value === 'object' ? JSON.stringify(value) : String(value);
      return { data: job, table: { columns: ['field', 'value'], rows: Object.entries(job).map(([key, value]) => [key, text(value)]) } };
    },
  },
  {
    name: 'schedule preview',
    summary: 'Show the next times of a schedule, or of any timetable',
    description:
      'In UTC and on the wall of the zone: plinth schedule preview nightly, or plinth schedule preview --cron "30 2 * * *" --zone Europe/Berlin.',
    needs: 'migrated',
    arguments: [{ ...nameArgument, isOptional: true }],
    flags: Type.Object({
      cron: Type.Optional(Type.String({ description: 'A timetable, instead of a schedule' })),
      zone: Type.Optional(Type.String({ description: 'Time zone of that timetable; default: UTC' })),
      count: Type.Integer({ default: 10, minimum: 1, maximum: 1_000, description: 'How many times' }),
      tenant,
    }),
    async run(input) {
      const { cron, zone, count } = input.flags as { cron?: string; zone?: string; count: number };
      const schedule = scheduleOf(input);
      const timetable = input.args.name === undefined ? { cron: cron ?? '', zone } : await schedule.get(await keyOf(input));
      const found = schedule.preview({ cron: timetable.cron, zone: timetable.zone, count });
      return { data: found, table: { columns: ['utc', 'wall'], rows: found.map(({ at, wall }) => [time(at), wall]) } };
    },
  },
  {
    name: 'schedule run',
    summary: 'Fire a schedule now, beside its timetable',
    description: 'Its rule for overlaps holds here too: while its job runs, another is skipped or waits.',
    needs: 'migrated',
    arguments: [nameArgument],
    flags: Type.Object({ tenant }),
    run: async (input) => runsTable(await scheduleOf(input).run(await keyOf(input))),
  },
  turning('enable', 'Let a schedule fire again, from now on'),
  turning('disable', 'Let a schedule rest; what passes meanwhile is not caught up'),
  {
    name: 'schedule mirror',
    summary: 'Show schedules of SQL and what pg_cron has of them',
    description:
      'A scheduler brings both in step each minute, --apply does at once. Jobs of pg_cron that are not of Plinth are listed and left alone.',
    needs: 'migrated',
    flags: Type.Object({ apply: Type.Boolean({ default: false, description: 'Bring pg_cron in step first' }) }),
    async run(input) {
      const report = await scheduleOf(input).mirror({ apply: input.flags.apply === true });
      const { schedules, others, reason } = report;
      const rows = [
        ...schedules.map((one) => [
          one.name,
          one.runner,
          one.firedBy,
          one.timetable ?? '',
          one.jobId ?? '',
          one.lastStatus ?? '',
          one.difference ?? one.because ?? '',
        ]),
        ...others.map((one) => [
          one.name ?? '',
          '',
          'pg_cron',
          one.timetable,
          one.jobId,
          '',
          `not of Plinth: ${one.login}, ${one.database}`,
        ]),
      ];
      const columns = ['name', 'runner', 'fired by', 'times', 'job', 'last', 'note'];
      return { data: report, table: { columns, rows }, ...(reason !== undefined && { text: `Nothing is given to pg_cron: ${reason}.` }) };
    },
  },
  {
    name: 'schedule history',
    summary: 'List what became of the times of a schedule, or of all, latest first',
    needs: 'migrated',
    arguments: [{ ...nameArgument, isOptional: true }],
    flags: Type.Object({ tenant, limit: Type.Integer({ default: 50, minimum: 1, maximum: 1_000, description: 'How many at most' }) }),
    async run(input) {
      const { name } = input.args;
      const limit = Number(input.flags.limit);
      return runsTable(await scheduleOf(input).history({ ...(typeof name === 'string' && { name }), ...(await tenantOf(input)), limit }));
    },
  },
];
