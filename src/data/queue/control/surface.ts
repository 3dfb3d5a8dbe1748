import { type CommandDescriptor, type CommandInput, type CommandResult, Type } from '../../../kernel/index.ts';
import { type Band, bands } from '../model/bands.ts';
import {
  acting,
  countsText,
  type FilterFlags,
  filterFlags,
  filterOf,
  moment,
  queueOf,
  showOnRecord,
  tenantIdOf,
  timeOf,
} from '../surface/asking.ts';
import type { JobDetails, JobFilter } from './types.ts';

const yes = { yes: Type.Optional(Type.Boolean({ description: 'Do it; without it a filter is only counted.' })) };
const jobsArgument = [{ name: 'ids', meaning: 'of jobs; none: those of the filter', isVariadic: true, isOptional: true }] as const;
const jobArgument = [{ name: 'id', meaning: 'of the job' }] as const;
const unit = Type.Union([Type.Literal('queue'), Type.Literal('type'), Type.Literal('tenant')], {
  default: 'queue',
  description: 'What the name is of.',
});

type Act = (filter: JobFilter, input: CommandInput) => Promise<CommandResult>;

/** By ids at once; by a filter with the count first. */
const onJobs =
  (act: Act) =>
  async (input: CommandInput): Promise<CommandResult> => {
    const { yes: isMeant, ...flags } = input.flags as FilterFlags & { yes?: boolean };
    const ids = [input.args.ids ?? []].flat();
    const { queue, type, tenant, state, since, until } = flags;
    const named = { queue, type, tenant, state, since, until };
    const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as FilterFlags;
    const filter = { ...(await filterOf(input, given)), ...(ids.length > 0 && { ids }) };
    if (ids.length > 0 || isMeant) return act(filter, input);
    const counts = await queueOf(input).control.count(filter);
    return { data: { counts }, text: `It is about ${countsText(counts)}. Nothing was done; add --yes to do it.` };
  };

const done = (data: object, text: string): CommandResult => ({ data, text });

export const controlCommands: readonly CommandDescriptor[] = [
  {
    name: 'queue status',
    summary: 'What waits in each queue and band, for how long, and what runs.',
    needs: 'migrated',
    flags: Type.Object({ all: Type.Optional(Type.Boolean({ description: 'Also bands where nothing is.' })) }),
    async run(input) {
      const status = await queueOf(input).control.status();
      const now = Date.now();
      const rows = status.queues.flatMap(({ name, isPaused, dead, bands: list }) =>
        list
          .filter((one) => input.flags.all || one.waiting + one.scheduled + one.retrying + one.parked + one.running > 0)
          .map((one) => [
            isPaused ? `${name} (paused)` : name,
            one.band,
            one.waiting,
            one.oldest ? `${Math.max(0, Math.round((now - one.oldest.getTime()) / 1000))} s` : '',
            `${Math.round(one.targetMs / 1000)} s`,
            one.running,
            one.scheduled,
            one.retrying,
            one.parked,
            dead,
          ]),
      );
      const columns = ['queue', 'band', 'waiting', 'oldest', 'target', 'running', 'scheduled', 'retrying', 'parked', 'dead in queue'];
      const dead = status.queues.reduce((sum, queue) => sum + queue.dead, 0);
      const paused = status.pausedTenants.map(
        ({ tenantId, since, by, parked }) => `Tenant ${tenantId} is paused since ${moment(since)} UTC by ${by}: ${parked} jobs are held.`,
      );
      const summary = [`${status.workers} worker processes, ${dead} dead letters.`, ...paused].join('\n');
      return rows.length > 0
        ? { data: status, table: { columns, rows }, text: `\n${summary}` }
        : { data: status, text: `Nothing waits and nothing runs. ${summary}` };
    },
  },
  {
    name: 'queue top',
    summary: 'Job types, those with most waiting jobs first, and how many workers can run them.',
    needs: 'migrated',
    async run(input) {
      const types = await queueOf(input).control.types();
      const rows = types.map((type) => [
        type.name,
        type.queue,
        type.band,
        type.waiting,
        moment(type.oldest),
        type.meanRunMs.toFixed(1),
        type.workers,
        type.isPaused ? 'paused' : type.workers === 0 ? 'no handler' : '',
      ]);
      return { data: { types }, table: { columns: ['type', 'queue', 'band', 'waiting', 'oldest (UTC)', 'mean ms', 'workers', ''], rows } };
    },
  },
  {
    name: 'queue list',
    summary: 'Jobs of one tenant, newest first.',
    description: 'Without --tenant those of the platform itself. What a tenant wrote is not in it; "plinth queue show" has it, on record.',
    needs: 'migrated',
    flags: Type.Object({
      ...filterFlags,
      limit: Type.Integer({ default: 50, minimum: 1, maximum: 500, description: 'At most so many.' }),
      before: Type.Optional(Type.String({ description: 'The next page: what the last one said.' })),
    }),
    async run(input) {
      const { limit, before, tenant, ...flags } = input.flags as FilterFlags & { limit: number; before?: string };
      const filter = { ...(await filterOf(input, flags)), tenantId: await tenantIdOf(input, tenant) };
      const page = await queueOf(input).control.list(filter, { limit, ...(before !== undefined && { before }) });
      const rows = page.jobs.map((job) => [
        job.id,
        job.type,
        job.queue,
        job.band,
        job.state,
        moment(job.queued),
        moment(job.nextDue ?? job.due),
        moment(job.completed),
      ]);
      const columns = ['id', 'type', 'queue', 'band', 'state', 'enqueued (UTC)', 'due', 'ended'];
      if (rows.length === 0) return { data: page, text: 'No jobs.' };
      return { data: page, table: { columns, rows }, ...(page.next !== undefined && { text: `\nMore with --before ${page.next}` }) };
    },
  },
  {
    name: 'queue show',
    summary: 'Everything about a job: place, runs with their errors, log, payload, what people did to it. On record.',
    needs: 'migrated',
    arguments: jobArgument,
    flags: Type.Object({ reason: Type.Optional(Type.String({ description: 'Why, for the audit trail.' })) }),
    async run(input) {
      const { reason } = input.flags as { reason?: string };
      const found = await queueOf(input).control.show(input.args.id as string);
      const job = await showOnRecord(input, found, { ...acting(), ...(reason !== undefined && { purpose: reason }) });
      return { data: job, text: detailsText(job) };
    },
  },
  {
    name: 'queue enqueue',
    summary: 'Enqueue a job by hand.',
    description:
      'For a job type that some process has defined, e.g. plinth queue enqueue welcome --payload \'{"to": "ada@example.com"}\' --tenant acme',
    needs: 'migrated',
    arguments: [{ name: 'type', meaning: 'job type' }],
    flags: Type.Object({
      payload: Type.String({ default: '{}', description: 'JSON.' }),
      tenant: filterFlags.tenant,
      band: Type.Optional(
        Type.Union(
          bands.map((band) => Type.Literal(band)),
          { description: 'Instead of that of the type.' },
        ),
      ),
      due: Type.Optional(Type.String({ description: 'When, e.g. 2026-01-31T12:00Z; default: now.' })),
    }),
    async run(input) {
      const { payload, tenant, band, due } = input.flags as { payload: string; tenant?: string; band?: Band; due?: string };
      const { enqueueErrors } = await import('../enqueue/index.ts');
      let parsed: unknown;
      try {
        parsed = JSON.parse(payload);
      } catch {
        throw enqueueErrors.BAD_OPTION({ option: '--payload', value: payload, allowed: 'JSON' });
      }
      const [queue, tenantId, type] = [queueOf(input), await tenantIdOf(input, tenant), input.args.type as string];
      const options = { tenantId, ...(band !== undefined && { band }), ...(due !== undefined && { due: timeOf('--due', due) }) };
      const { id, isNew } = await queue.enqueue(type, parsed, options);
      await queue.control.noteEnqueued({ id, tenantId, type }, acting());
      return done({ id, isNew }, isNew ? id : `${id} was there already.`);
    },
  },
  {
    name: 'queue cancel',
    summary: 'Cancel jobs: waiting ones at once, running ones are told to end.',
    description: 'A handler that has not ended half a minute later loses its job; what it says then is refused.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const result = await queueOf(input).control.cancel(filter, acting());
      return done(result, `${result.cancelled} cancelled, ${result.requested} running ones told to end.`);
    }),
  },
  {
    name: 'queue retry',
    summary: 'Try failed jobs again at once; those that have ended, by id, as new jobs.',
    description: 'Dead letters: plinth queue redrive.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const result = await queueOf(input).control.retry(filter, acting());
      return done(
        result,
        [`${result.promoted} are tried again now.`, ...result.again.map(({ id, as }) => `${id} again as ${as}`)].join('\n'),
      );
    }),
  },
  {
    name: 'queue promote',
    summary: 'Make scheduled and retrying jobs due now.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const result = await queueOf(input).control.promote(filter, acting());
      return done(result, `${result.promoted} are due now.`);
    }),
  },
  {
    name: 'queue reschedule',
    summary: 'Make jobs that wait due at another time.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ due: Type.String({ description: 'When, e.g. 2026-01-31T12:00Z.' }), ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const due = timeOf('--due', String(input.flags.due));
      const result = await queueOf(input).control.reschedule(filter, due, acting());
      return done(result, `${result.rescheduled} are due at ${moment(due)} UTC.`);
    }),
  },
  {
    name: 'queue delete',
    summary: 'Delete jobs that have ended or wait, with all that is kept about them.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const result = await queueOf(input).control.delete(filter, acting());
      return done(result, `${result.deleted} deleted${result.running > 0 ? `, ${result.running} are running and stay` : ''}.`);
    }),
  },
  {
    name: 'queue move',
    summary: 'Move jobs that are not running to another queue; they keep band and age.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ to: Type.String({ description: 'The queue.' }), ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const to = String(input.flags.to);
      const result = await queueOf(input).control.move(filter, to, acting());
      return done(result, `${result.moved} moved to ${to}.`);
    }),
  },
  ...(['pause', 'resume'] as const).map(
    (action): CommandDescriptor => ({
      name: `queue ${action}`,
      summary:
        action === 'pause' ? 'Begin nothing of a queue, job type or tenant any more; what runs goes on.' : 'Go on with what was paused.',
      needs: 'migrated',
      arguments: [{ name: 'name', meaning: 'of the queue, job type or tenant' }],
      flags: Type.Object({ of: unit }),
      async run(input) {
        const name = input.args.name as string;
        const { of } = input.flags as { of: 'queue' | 'type' | 'tenant' };
        const what = of === 'tenant' ? { tenantId: await tenantIdOf(input, name) } : of === 'type' ? { type: name } : { queue: name };
        await queueOf(input).control[action](what, acting());
        return done({ [action]: name }, `${name} ${action === 'pause' ? 'is paused' : 'goes on'}.`);
      },
    }),
  ),
  {
    name: 'queue drain',
    summary: 'Pause a queue and wait until nothing of it runs any more.',
    needs: 'migrated',
    arguments: [{ name: 'queue', meaning: 'name of the queue' }],
    flags: Type.Object({
      timeoutS: Type.Integer({ default: 600, minimum: 1, maximum: 86_400, unit: 's', description: 'Wait at most so long.' }),
    }),
    async run(input) {
      const name = input.args.queue as string;
      await queueOf(input).control.drain(name, {
        ...acting(),
        timeoutMs: Number(input.flags.timeoutS) * 1000,
        signal: input.signal,
        onProgress: (running) => input.progress(`${running} still run`),
      });
      return done({ drained: name }, `Nothing of ${name} runs, and it is paused. "plinth queue resume ${name}" goes on.`);
    },
  },
  {
    name: 'queue weights',
    summary: 'Shares of processing time of the five effective bands of a queue, or set them.',
    needs: 'migrated',
    arguments: [
      { name: 'queue', meaning: 'name of the queue' },
      { name: 'weights', meaning: 'five numbers by comma, Critical first', isOptional: true },
    ],
    async run(input) {
      const { queue: name = '', weights: given } = input.args as { queue?: string; weights?: string };
      const queue = queueOf(input);
      if (given !== undefined) await queue.control.setWeights(name, given.split(',').map(Number), acting());
      const { id } = await queue.definitions.queue(name);
      const { weights = [] } = (await queue.control.queues()).find((one) => one.id === id) ?? {};
      return { data: { queue: name, weights }, table: { columns: [...bands], rows: [[...weights]] } };
    },
  },
  {
    name: 'queue workers',
    summary: 'Processes that run jobs.',
    needs: 'migrated',
    async run(input) {
      const workers = await queueOf(input).control.workers();
      const rows = workers.map((one) => [
        one.id,
        `${one.host}:${one.pid}`,
        one.pool,
        one.version,
        `${one.busy}/${one.slots}`,
        one.loopLagMs.toFixed(0),
        moment(one.started),
        one.isDraining ? 'draining' : '',
        one.types.join(' '),
      ]);
      if (rows.length === 0) return { data: { workers }, text: 'No process runs jobs. "plinth worker" or "plinth up" starts one.' };
      return {
        data: { workers },
        table: { columns: ['id', 'process', 'pools', 'version', 'busy', 'lag ms', 'since (UTC)', '', 'types'], rows },
      };
    },
  },
  {
    name: 'queue verify',
    summary: 'Prove that every open job is in exactly one place. Exits with 1 where one is not.',
    needs: 'migrated',
    async run(input) {
      const report = await queueOf(input).upkeep.verify({ signal: input.signal });
      const problems = Object.entries(report.problems);
      const places = Object.entries(report.counts).map(([place, count]) => `${count} ${place}`);
      if (problems.length === 0) return { data: report, text: `Every job is in one place: ${places.join(', ') || 'there are none'}.` };
      const rows = report.examples.map((one) => [one.problem, one.tenantId, one.jobId, one.where]);
      return { data: report, table: { columns: ['problem', 'tenant', 'job', 'where'], rows }, exitCode: 1 };
    },
  },
];

function detailsText(job: JobDetails): string {
  const place = [
    job.heldBy && `held by ${job.heldBy}`,
    job.nextDue && `due ${moment(job.nextDue)}`,
    job.openParents && `waits for ${job.openParents} jobs`,
    job.running && `on ${job.running.host ?? 'a worker that is gone'}:${job.running.pid ?? ''} since ${moment(job.running.leased)}`,
    job.running?.isCancelled && 'told to end',
  ].filter(Boolean);
  return [
    `${job.type} ${job.id}`,
    `  ${job.state}${place.length > 0 ? `, ${place.join(', ')}` : ''}; queue ${job.queue}, band ${job.band}, tenant ${job.tenantId}`,
    `  enqueued ${moment(job.queued)}, due ${moment(job.due)}${job.completed ? `, ended ${moment(job.completed)}` : ''} (UTC)`,
    ...placeText(job),
    ...(job.originId ? [`  in place of ${job.originId}`] : []),
    ...(job.redrivenAs ? [`  redriven as ${job.redrivenAs}`] : []),
    `  payload ${JSON.stringify(job.payload)}`,
    ...job.attempts.map((one) => {
      const { name, message } = (one.error ?? {}) as { name?: string; message?: string };
      return `  run ${one.attempt} of ${job.maxAttempts}: ${one.status}, ${one.durationMs} ms, ${moment(one.completed)}${message === undefined ? '' : `  ${name}: ${message}`}`;
    }),
    ...job.log.map(
      (line) => `  ${moment(line.logged)} ${line.level} ${line.message}${line.fields ? ` ${JSON.stringify(line.fields)}` : ''}`,
    ),
    ...job.actions.map((one) => `  ${moment(one.at)} ${one.action} by ${one.by}`),
  ].join('\n');
}

function placeText({ place, progress }: JobDetails): readonly string[] {
  const named = (list: readonly { readonly key: string; readonly state: string; readonly jobId: string }[]) =>
    list.map(({ key, state, jobId }) => `${key} (${state}, ${jobId})`).join(', ');
  return [
    ...(progress
      ? [`  ${progress.done} of ${progress.total} done${progress.note ? `: ${progress.note}` : ''}, ${moment(progress.said)}`]
      : []),
    ...(place ? [`  ${place.isCallback ? 'enqueued by' : place.key === null ? 'of' : `step ${place.key} of`} ${place.batchId}`] : []),
    ...(place?.parents.length ? [`  waits for ${named(place.parents)}`] : []),
    ...(place?.children.length ? [`  before ${named(place.children)}`] : []),
  ];
}
