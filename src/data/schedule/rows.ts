import { stateOf } from './model/state.ts';
import { readTimetable } from './model/timetable.ts';
import type { RunState, ScheduledJob, ScheduleRun } from './model/types.ts';
import { zoneOf } from './model/zones.ts';
import type { listRuns, listSchedules } from './sql/queries/queries.gen.ts';

type RowOf<Q extends { all(...args: never[]): Promise<unknown[]> }> = Awaited<ReturnType<Q['all']>>[number];
export type ScheduleRow = RowOf<typeof listSchedules>;

export function scheduledJobOf(row: ScheduleRow): ScheduledJob {
  return {
    id: row.id,
    name: row.name,
    tenantId: row.tenant_id,
    cron: row.cron,
    zone: row.zone,
    ...(row.job_type !== null && { job: row.job_type }),
    ...(row.sql !== null && { sql: row.sql }),
    ...(row.tier !== null && { tier: row.tier }),
    payload: row.payload as Readonly<Record<string, unknown>>,
    overlap: row.overlap,
    catchUp: row.catch_up,
    catchUpLimit: row.catch_up_limit,
    jitterMs: row.jitter_ms,
    isEach: row.is_each,
    runner: row.runner,
    firedBy: row.cron_job_id === null ? 'plinth' : 'pg_cron',
    ...(row.declared_by !== null && { declaredBy: row.declared_by }),
    state: stateOf({
      isEnabled: row.is_enabled,
      isGone: row.is_gone,
      nowMs: row.looked.getTime(),
      nextMs: row.next_run?.getTime(),
      periodMs: periodOf(row),
      openSinceMs: row.open_since?.getTime(),
      isFiredElsewhere: row.cron_job_id !== null,
      hasFailed: row.has_failed === true,
    }),
    ...(row.next_run && { nextRun: row.next_run }),
    ...(row.last_run && { lastRun: row.last_run }),
  };
}

/** From the next occurrence to the one after it; undefined where there is none, or where this process cannot read the timetable. */
function periodOf({ cron, zone, next_run }: ScheduleRow): number | undefined {
  if (!next_run) return undefined;
  try {
    const after = readTimetable(cron, zoneOf(zone)).next(next_run.getTime());
    return after === undefined ? undefined : after - next_run.getTime();
  } catch {
    return undefined;
  }
}

export const runOfRow = (row: RowOf<typeof listRuns>): ScheduleRun => ({
  schedule: row.name,
  tenantId: row.tenant_id,
  planned: row.planned,
  fired: row.fired,
  state: row.state as RunState,
  isManual: row.is_manual,
  isCron: row.is_cron,
  ...(row.job_id !== null && { jobId: row.job_id }),
  ...(row.ended !== null && { ended: row.ended }),
  ...(row.error !== null && { error: row.error }),
});
