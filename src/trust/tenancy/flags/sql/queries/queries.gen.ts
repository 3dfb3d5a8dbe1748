// Made by `npm run generate` from flags.sql; do not edit.
// sources: 04fbab223a46154182bf42326b46e1e2
import { defineQuery } from '../../../../../kernel/index.ts';

export type ListFlagsParams = Record<string, never>;
export interface ListFlagsRow {
  readonly name: string;
  readonly meaning: string;
  readonly number: number;
  readonly ring: string;
  readonly cause: string;
  readonly changed_by: string;
  readonly reason: string | null;
  readonly every_minutes: number | null;
  readonly usual_rate: number | null;
  readonly created: Date;
  readonly is_due: boolean;
  readonly on_calls: number;
  readonly on_failures: number;
  readonly off_calls: number;
  readonly off_failures: number;
}
/**
 * Each with its latest step and how its work ended in the last five minutes, as far as they are of that step.
 */
export const listFlags = defineQuery<ListFlagsParams, ListFlagsRow>('tenancy/flags.list_flags', [], `select f.name, f.meaning, s.number, s.ring, s.cause, s.changed_by, s.reason as "reason", s.every_minutes as "every_minutes",
       s.usual_rate as "usual_rate", s.created, coalesce(now() >= s.created + make_interval(mins => s.every_minutes), false) as "is_due",
       coalesce(o.on_calls, 0)::int8 as on_calls, coalesce(o.on_failures, 0)::int8 as on_failures,
       coalesce(o.off_calls, 0)::int8 as off_calls, coalesce(o.off_failures, 0)::int8 as off_failures
  from tenancy.flags f
 cross join lateral (select * from tenancy.flag_steps l where l.flag_name = f.name order by l.number desc limit 1) s
  left join lateral (
    select sum(u.calls) filter (where u.is_active) as on_calls, sum(u.failures) filter (where u.is_active) as on_failures,
           sum(u.calls) filter (where not u.is_active) as off_calls, sum(u.failures) filter (where not u.is_active) as off_failures
      from tenancy.flag_outcomes u
     where u.flag_name = f.name and u.step_number = s.number and u.minute > now() - interval '5 minutes') o on true
 order by f.name`);

export interface InsertFlagParams {
  readonly name: string;
  readonly meaning: string;
}
export type InsertFlagRow = Record<string, never>;
/**
 * None when there is one of that name.
 */
export const insertFlag = defineQuery<InsertFlagParams, InsertFlagRow>('tenancy/flags.insert_flag', ['name', 'meaning'], `insert into tenancy.flags (name, meaning) values ($1, $2) on conflict do nothing`);

export interface InsertStepParams {
  readonly flag_name: string;
  readonly number: number;
  readonly ring: string;
  readonly cause: string;
  readonly changed_by: string;
  readonly reason: string | null;
  readonly every_minutes: number | null;
  readonly usual_rate: number | null;
}
export type InsertStepRow = Record<string, never>;
/**
 * None when another step was taken in between.
 */
export const insertStep = defineQuery<InsertStepParams, InsertStepRow>('tenancy/flags.insert_step', ['flag_name', 'number', 'ring', 'cause', 'changed_by', 'reason', 'every_minutes', 'usual_rate'], `insert into tenancy.flag_steps (flag_name, number, ring, cause, changed_by, reason, every_minutes, usual_rate)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing`);

export interface ListStepsParams {
  readonly flag_name: string;
}
export interface ListStepsRow {
  readonly number: number;
  readonly ring: string;
  readonly cause: string;
  readonly changed_by: string;
  readonly reason: string | null;
  readonly every_minutes: number | null;
  readonly created: Date;
}
export const listSteps = defineQuery<ListStepsParams, ListStepsRow>('tenancy/flags.list_steps', ['flag_name'], `select s.number, s.ring, s.cause, s.changed_by, s.reason as "reason", s.every_minutes as "every_minutes", s.created
  from tenancy.flag_steps s where s.flag_name = $1 order by s.number desc limit 100`);

export interface AddOutcomesParams {
  readonly flag_names: readonly string[];
  readonly step_numbers: readonly number[];
  readonly are_on: readonly boolean[];
  readonly calls: readonly number[];
  readonly failures: readonly number[];
}
export type AddOutcomesRow = Record<string, never>;
/**
 * In one order, so that processes that report at the same time never wait for each other in a circle.
 */
export const addOutcomes = defineQuery<AddOutcomesParams, AddOutcomesRow>('tenancy/flags.add_outcomes', ['flag_names', 'step_numbers', 'are_on', 'calls', 'failures'], `insert into tenancy.flag_outcomes as o (flag_name, step_number, minute, is_active, calls, failures)
select r.flag_name, r.step_number, date_trunc('minute', now()), r.is_active, r.calls, r.failures
  from unnest($1::text[], $2::integer[], $3::boolean[], $4::int8[], $5::int8[])
    as r (flag_name, step_number, is_active, calls, failures)
 order by 1, 2, 4
on conflict on constraint flag_outcomes_flag_name_step_number_minute_is_active_pk do update
set calls = o.calls + excluded.calls, failures = o.failures + excluded.failures`);

export type DeleteOldOutcomesParams = Record<string, never>;
export type DeleteOldOutcomesRow = Record<string, never>;
export const deleteOldOutcomes = defineQuery<DeleteOldOutcomesParams, DeleteOldOutcomesRow>('tenancy/flags.delete_old_outcomes', [], `delete from tenancy.flag_outcomes o where o.minute < now() - interval '1 hour'`);
