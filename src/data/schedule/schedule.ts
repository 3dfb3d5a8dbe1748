import { asAudited, isUuid, nilUuid } from '../../kernel/index.ts';
import { readCalendar } from './calendar.ts';
import { asOwner, type ScheduleDeps } from './context.ts';
import { scheduleErrors } from './errors.ts';
import { openMirror } from './mirror/index.ts';
import { checkSpec } from './model/check-spec.ts';
import { firstOf, occurrencesOf } from './model/occurrences.ts';
import type { Schedule, ScheduledJob, ScheduleKey } from './model/types.ts';
import { runOfRow, scheduledJobOf } from './rows.ts';
import {
  askForRun,
  databaseNow,
  listJobTypes,
  listRuns,
  listSchedules,
  putSchedule,
  releaseOf,
  removeSchedule,
  runOfJob,
  turnSchedule,
} from './sql/queries/queries.gen.ts';
import { sqlJobs } from './sql-jobs.ts';

export type { ScheduleDeps } from './context.ts';

const mostRuns = 1_000;
const mostDays = 31;

/** Opens the schedules of a platform. It fires nothing by itself: that is its services' work. */
export function openSchedule(deps: ScheduleDeps): Schedule {
  const { connect, clock, events } = deps;
  const run = asOwner(connect);
  const mirror = openMirror(deps);
  deps.queue.define(sqlJobs(connect));

  async function list(filter: { readonly name?: string | undefined; readonly tenantId?: string | undefined }) {
    const { name = null, tenantId = null } = filter;
    const rows = await run('list', (tx) => listSchedules.all(tx, { name, tenant_id: tenantId }));
    return rows.map(scheduledJobOf);
  }

  async function get({ name, tenantId = nilUuid }: ScheduleKey): Promise<ScheduledJob> {
    const [found] = isUuid(tenantId) ? await list({ name, tenantId }) : [];
    if (!found) throw scheduleErrors.UNKNOWN_SCHEDULE({ name });
    return found;
  }

  const audited = <T>(what: string, { name, tenantId }: ScheduleKey, work: () => Promise<T>) =>
    asAudited(events, { action: `schedule.${what}`, tenantId, target: { type: 'schedule', id: name } }, work);

  return {
    get,
    list: (tenantId) => list({ tenantId }),

    every: (spec) =>
      audited('every', spec, async () => {
        const checked = checkSpec(spec);
        const { name, tenant_id, job_type } = checked;
        // What this process has defined is known from here on.
        await deps.queue.definitions.sync();
        await run('every', async (tx) => {
          if (checked.sql !== null) await mirror.hold(tx);
          const { now } = await databaseNow.one(tx, {});
          const next_run = firstOf(checked.cron, checked.zone, now.getTime());
          const [before] = await listSchedules.all(tx, { name, tenant_id });
          if (before && before.declared_by !== null && !before.is_gone) throw scheduleErrors.DECLARED({ name, by: before.declared_by });
          const known = (await listJobTypes.all(tx, {})).map((type) => type.name);
          if (job_type !== null && !known.includes(job_type)) throw scheduleErrors.UNKNOWN_JOB_TYPE({ name, job: job_type, known });
          await putSchedule.run(tx, { ...checked, declared_by: null, next_run });
          if (checked.sql !== null) await mirror.step(tx);
        });
        return get({ name, tenantId: tenant_id });
      }),

    remove: (key) =>
      audited('remove', key, async () => {
        const { name, tenantId, declaredBy, state, sql } = await get(key);
        if (declaredBy !== undefined && state !== 'gone') throw scheduleErrors.DECLARED({ name, by: declaredBy });
        await run('remove', async (tx) => {
          if (sql !== undefined) await mirror.hold(tx);
          await removeSchedule.run(tx, { name, tenant_id: tenantId });
          if (sql !== undefined) await mirror.step(tx);
        });
      }),

    preview: ({ cron, zone = 'UTC', count = 10, after = clock.now() }) => occurrencesOf(cron, zone, after.getTime(), count),

    run: (key) =>
      audited('run', key, async () => {
        const { id } = await get(key);
        return run('run', async (tx) => {
          const [asked] = await askForRun.all(tx, { id });
          await releaseOf.one(tx, { id });
          if (!asked) return [];
          const rows = await listRuns.all(tx, { id, planned: asked.planned, tenant_id: null, most: mostRuns });
          return rows.map(runOfRow);
        });
      }),

    enable: (key, isEnabled) =>
      audited(isEnabled ? 'enable' : 'disable', key, async () => {
        const { id, cron, zone, sql } = await get(key);
        await run('turn', async (tx) => {
          if (sql !== undefined) await mirror.hold(tx);
          const { now } = await databaseNow.one(tx, {});
          const [next] = occurrencesOf(cron, zone, now.getTime(), 1);
          await turnSchedule.run(tx, { id, is_enabled: isEnabled, next_run: next?.at ?? null });
          if (sql !== undefined) await mirror.step(tx);
        });
        return get(key);
      }),

    async history({ name, tenantId, limit = 100 } = {}) {
      const id = name === undefined ? null : (await get({ name, ...(tenantId && { tenantId }) })).id;
      const tenant_id = name === undefined ? (tenantId ?? null) : null;
      const rows = await run('history', (tx) => listRuns.all(tx, { id, planned: null, tenant_id, most: Math.min(limit, mostRuns) }));
      return rows.map(runOfRow);
    },

    calendar: (days) => readCalendar(deps, Math.min(Math.max(days, 1), mostDays)),

    async mirror({ apply = false } = {}) {
      if (apply) await audited('mirror', { name: 'all' }, mirror.keep);
      return mirror.report();
    },

    async runOf(jobId) {
      const row = isUuid(jobId) ? await run('run_of', (tx) => runOfJob.first(tx, { job_id: jobId })) : undefined;
      return row && runOfRow(row);
    },

    [Symbol.asyncDispose]: async () => {},
  };
}
