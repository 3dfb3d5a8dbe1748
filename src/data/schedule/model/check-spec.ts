import { isUuid, nilUuid, type Tier, tiers } from '../../../kernel/index.ts';
import { scheduleErrors } from '../errors.ts';
import { obstacleOf } from './placement.ts';
import type { ScheduleSpec } from './types.ts';

/** A schedule with everything said, as it is kept. */
export interface CheckedSpec {
  readonly tenant_id: string;
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly job_type: string | null;
  readonly payload: string;
  readonly sql: string | null;
  readonly tier: Tier | null;
  readonly overlap: string;
  readonly catch_up: string;
  readonly catch_up_limit: number;
  readonly jitter_ms: number;
  readonly is_each: boolean;
  readonly runner: string;
}

/** What does not depend on the time or the database. @throws PLINTH_SCHEDULE_INVALID */
export function checkSpec(spec: ScheduleSpec): CheckedSpec {
  const { name, cron, zone = 'UTC', job, sql, tier = 'queue', payload = {}, tenantId = nilUuid } = spec;
  const { overlap = 'skip', catchUp = 'one', catchUpLimit = 24, jitterMs = 0, runner = 'auto', tenants } = spec;
  const need = (isGood: boolean, what: string, value: unknown, allowed: string) => {
    if (!isGood) throw scheduleErrors.INVALID({ name, what, value, allowed });
  };
  const whole = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most;
  need(
    typeof name === 'string' && name.length <= 63 && /^[a-z][a-z0-9]*([-:_.][a-z0-9]+)*$/.test(name),
    'its name',
    name,
    'lower case words joined by - : _ or ., at most 63 characters',
  );
  need(typeof cron === 'string', 'cron', cron, 'a timetable such as 30 3 * * MON-FRI');
  need(typeof job === 'string' ? sql === undefined : typeof sql === 'string' && sql.trim() !== '', 'job or sql', sql, 'given: one of both');
  need(typeof payload === 'object' && payload !== null && !Array.isArray(payload), 'payload', payload, 'an object');
  need(sql === undefined || Object.keys(payload).length === 0, 'payload', payload, 'left out: SQL takes none');
  need(spec.tier === undefined || sql !== undefined, 'tier', spec.tier, 'left out: jobs say themselves where they work');
  need(tiers.includes(tier), 'tier', tier, `one of ${tiers.join(', ')}`);
  need(['skip', 'queue', 'allow'].includes(overlap), 'overlap', overlap, 'skip, queue or allow');
  need(['none', 'one', 'all'].includes(catchUp), 'catchUp', catchUp, 'none, one or all');
  need(whole(catchUpLimit, 1, 1_000), 'catchUpLimit', catchUpLimit, 'a whole number from 1 to 1000');
  need(whole(jitterMs, 0, 86_400_000), 'jitterMs', jitterMs, 'a whole number from 0 to 86400000, a day');
  need(['auto', 'plinth', 'pg_cron'].includes(runner), 'runner', runner, 'auto, plinth or pg_cron');
  need(tenants === undefined || tenants === 'each', 'tenants', tenants, 'each, or left out');
  need(isUuid(tenantId), 'tenantId', tenantId, 'the id of a tenant');
  need(
    tenantId === nilUuid || (sql === undefined && tenants === undefined),
    'tenantId',
    tenantId,
    'left out: SQL, and what is for each tenant, is the platform’s',
  );
  const obstacle =
    runner === 'pg_cron' ? obstacleOf({ cron, zone, sql: sql ?? null, overlap, jitterMs, runner, isApart: false }) : undefined;
  need(obstacle === undefined, 'runner', runner, `auto or plinth: ${obstacle}`);
  return {
    tenant_id: tenantId,
    name,
    cron: cron.trim(),
    zone,
    job_type: job ?? null,
    payload: JSON.stringify(payload),
    sql: sql ?? null,
    tier: sql === undefined ? null : tier,
    overlap,
    catch_up: catchUp,
    catch_up_limit: catchUpLimit,
    jitter_ms: jitterMs,
    is_each: tenants === 'each',
    runner,
  };
}
