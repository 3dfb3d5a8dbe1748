import { type CommandDescriptor, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import { moment, queueOf } from '../surface/asking.ts';

const seconds = (ms: number | undefined) => (ms === undefined ? '' : `${Math.round(ms / 1000)} s`);
const shown = (ms: number | undefined) => (ms === undefined ? '' : ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));
/** What `queue promise` exits with where the promise is broken. */
const brokenExitCode = 1;

export const promiseCommands: readonly CommandDescriptor[] = [
  {
    name: 'queue promise',
    summary: 'Whether no job waits for more than four hours, in each queue and band, and where it does, why.',
    description:
      'As the process that watches the queue saw it about a second ago. "at risk": a wait is past its target or predicted to be; "broken": past\n' +
      'four hours, or past the target for long. What a limit, a pause or a suspension holds is judged the same. Exits with 1 where it is broken.',
    needs: 'migrated',
    async run(input) {
      const report = await queueOf(input).promise.promise();
      const rows = report.queues.flatMap((queue) =>
        queue.bands
          .filter((band) => band.jobs > 0 || band.state !== 'held')
          .map((band) => [
            queue.queue,
            band.band,
            band.jobs,
            seconds(band.oldestWaitMs),
            seconds(band.targetMs),
            seconds(queue.predictedWaitMs),
            queue.level,
            band.state,
            band.cause ?? '',
          ]),
      );
      const unwatched = report.queues.filter((queue) => !queue.isWatched).length;
      const note = unwatched > 0 ? ` ${unwatched} queues are watched by nobody: run "plinth up" or "plinth worker".` : '';
      const columns = ['queue', 'band', 'waiting', 'oldest', 'target', 'predicted', 'level', 'promise', 'cause'];
      return {
        data: report,
        ...(rows.length > 0
          ? { table: { columns, rows }, text: `\nThe promise is ${report.state}.${note}` }
          : { text: `Nothing waits. The promise is ${report.state}.${note}` }),
        exitCode: report.state === 'broken' ? brokenExitCode : 0,
      };
    },
  },
  {
    name: 'queue alerts',
    summary: 'Alerts that last, then those that ended, newest first.',
    needs: 'migrated',
    flags: Type.Object({ most: Type.Integer({ default: 50, minimum: 1, maximum: 1000, description: 'How many.' }) }),
    async run(input) {
      const alerts = await queueOf(input).promise.alerts(input.flags.most as number);
      if (alerts.length === 0) return { data: { alerts }, text: 'No alert was ever raised.' };
      return {
        data: { alerts },
        table: {
          columns: ['fired (UTC)', 'ended', 'severity', 'alert', 'queue', 'value', 'threshold', 'cause'],
          rows: alerts.map((alert) => [
            moment(alert.fired),
            alert.resolved ? moment(alert.resolved) : 'lasts',
            alert.severity,
            alert.name,
            alert.queue ?? 'all',
            shown(alert.value),
            shown(alert.threshold),
            alert.cause ?? '',
          ]),
        },
      };
    },
  },
  {
    name: 'queue pools',
    summary: 'Worker pools with their slots, and why there are so many.',
    needs: 'migrated',
    async run(input) {
      const pools = await queueOf(input).promise.pools();
      if (pools.length === 0) return { data: { pools }, text: 'No process runs jobs.' };
      return {
        data: { pools },
        table: {
          columns: ['pool', 'processes', 'slots', 'wanted', 'last decision (UTC)', 'because'],
          rows: pools.map((pool) => [
            pool.pool,
            pool.workers,
            pool.slots,
            pool.desired,
            moment(pool.decisions[0]?.decided),
            pool.decisions[0]?.reason ?? '',
          ]),
        },
      };
    },
  },
];

export const promiseRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/queue/promise',
    summary: 'Whether no job waits for more than four hours, per queue and band, with the cause where it does.',
    role: 'viewer',
    async handler(request) {
      const { starving, ...report } = await queueOf(request).promise.promise();
      // Which tenants they are of is told under a grant alone; how many there are is not theirs.
      return { ...report, starving: starving.map(({ tenantId: _, ...lane }) => lane) };
    },
  },
  {
    method: 'GET',
    path: '/queue/alerts',
    summary: 'Alerts that last, then those that ended, newest first.',
    role: 'viewer',
    query: Type.Object({ most: Type.Integer({ default: 100, minimum: 1, maximum: 1000, description: 'How many.' }) }),
    handler: async (request) => ({ alerts: await queueOf(request).promise.alerts((request.query as { most: number }).most) }),
  },
  {
    method: 'GET',
    path: '/queue/pools',
    summary: 'Worker pools with the decisions about their slots.',
    role: 'viewer',
    handler: async (request) => ({ pools: await queueOf(request).promise.pools() }),
  },
  {
    method: 'GET',
    path: '/queue/throughput',
    summary: 'Minutes of each job type: what came, ended and failed, and how long it waited and ran.',
    role: 'viewer',
    query: Type.Object({ minutes: Type.Integer({ default: 60, minimum: 1, maximum: 1440, description: 'How many.' }) }),
    handler: async (request) => ({
      minutes: await queueOf(request).promise.throughput((request.query as { minutes: number }).minutes),
    }),
  },
];
