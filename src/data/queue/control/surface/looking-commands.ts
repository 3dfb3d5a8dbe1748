import { type CommandDescriptor, nilUuid, Type } from '../../../../kernel/index.ts';
import { moment, queueOf, tenantIdOf } from '../../surface/asking.ts';

/** What there is, over all jobs. */
export const lookingCommands: readonly CommandDescriptor[] = [
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
    name: 'queue limits',
    summary: 'Limits of keys that are used or waited for, those with most waiting jobs first.',
    needs: 'migrated',
    flags: Type.Object({
      tenant: Type.Optional(Type.String({ description: 'Only its own: id or slug.' })),
      limit: Type.Integer({ default: 50, minimum: 1, maximum: 500, description: 'At most so many.' }),
    }),
    async run(input) {
      const { tenant, limit } = input.flags as { tenant?: string; limit: number };
      const limits = await queueOf(input).control.limits(tenant === undefined ? undefined : await tenantIdOf(input, tenant), limit);
      if (limits.length === 0) return { data: { limits }, text: 'No limit is used, and nobody waits for one.' };
      const rows = limits.map((one) => [
        one.name,
        one.key,
        one.tenantId === nilUuid ? 'all' : one.tenantId,
        `${one.used}/${one.most}`,
        one.per ?? 'at the same time',
        one.waiting,
        moment(one.next),
      ]);
      return { data: { limits }, table: { columns: ['limit', 'key', 'tenant', 'used', 'for each', 'waiting', 'next (UTC)'], rows } };
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
