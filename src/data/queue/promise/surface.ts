import { type CommandDescriptor, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import { acting, moment, queueOf } from '../surface/asking.ts';
import type { AlertChange } from './types.ts';

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
    name: 'queue alert',
    summary: 'What operators are told of: list it, or change one by name.',
    description:
      'From the next look on, about a second later. E.g. plinth queue alert dead-letters --threshold 50 --for-s 300 --severity critical',
    needs: 'migrated',
    arguments: [{ name: 'name', meaning: 'of the alert; none: list all', isOptional: true }],
    flags: Type.Object({
      queue: Type.Optional(Type.String({ description: 'Of this queue, where it has an alert of its own.' })),
      threshold: Type.Optional(Type.Number({ description: 'In the unit of its metric.' })),
      forS: Type.Optional(Type.Integer({ unit: 's', description: 'How long it has to be so.' })),
      severity: Type.Optional(Type.String({ description: 'info, warning or critical.' })),
      enabled: Type.Optional(Type.Union([Type.Literal('yes'), Type.Literal('no')], { description: 'Whether it is looked at.' })),
    }),
    async run(input) {
      const { promise } = queueOf(input);
      const { name } = input.args as { name?: string };
      const { enabled, ...change } = input.flags as Omit<AlertChange, 'isEnabled'> & { enabled?: 'yes' | 'no' };
      if (name !== undefined) await promise.setAlert(name, { ...change, ...(enabled && { isEnabled: enabled === 'yes' }) }, acting());
      const rules = (await promise.alertRules()).filter((rule) => name === undefined || rule.name === name);
      return {
        data: { rules },
        table: {
          columns: ['alert', 'queue', 'fires while', 'for', 'severity', 'enabled', 'fired in 30 d'],
          rows: rules.map((rule) => [
            rule.name,
            rule.queue ?? 'all',
            `${rule.metric} ${rule.comparison} ${rule.threshold}`,
            `${rule.forS} s`,
            rule.severity,
            rule.isEnabled ? 'yes' : 'no',
            rule.fired,
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
    path: '/queue/alert-rules',
    summary: 'What operators are told of, with how often it fired.',
    role: 'viewer',
    handler: async (request) => ({ rules: await queueOf(request).promise.alertRules() }),
  },
  {
    method: 'POST',
    path: '/queue/alert-rules/:name',
    summary: 'Changes the threshold, time or severity of an alert, or turns it on or off.',
    role: 'operator',
    body: Type.Object({
      queue: Type.Optional(Type.String()),
      threshold: Type.Optional(Type.Number()),
      forS: Type.Optional(Type.Number()),
      severity: Type.Optional(Type.String()),
      isEnabled: Type.Optional(Type.Boolean()),
    }),
    async handler(request) {
      const { name = '' } = request.params;
      await queueOf(request).promise.setAlert(name, request.body as AlertChange, { by: request.account?.name ?? 'unknown' });
      return { changed: name };
    },
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
