// Made by `npm run generate` from retention.sql; do not edit.
// sources: 7dd029648809aa23d479e748bd4ab5f2
import { defineQuery } from '../../../../../kernel/index.ts';

export type ListRulesParams = Record<string, never>;
export interface ListRulesRow {
  readonly tenant_id: string;
  readonly tier: string;
  readonly schema_name: string;
  readonly table_name: string;
  readonly aged_by: string;
  readonly keep: string | null;
  readonly method: string;
  readonly anonymised: string[];
  readonly basis: string;
}
export const listRules = defineQuery<ListRulesParams, ListRulesRow>('privacy/retention.list_rules', [], `select r.tenant_id, r.tier, r.schema_name, r.table_name, r.aged_by, r.keep::text as "keep", r.method, r.anonymised, r.basis
  from privacy.retention_rules r order by 2, 3, 4, 1`);

export interface FindCutoffParams {
  readonly due: Date;
  readonly keep: string;
}
export interface FindCutoffRow {
  readonly cutoff: Date;
}
export const findCutoff = defineQuery<FindCutoffParams, FindCutoffRow>('privacy/retention.find_cutoff', ['due', 'keep'], `select $1::timestamptz - $2::text::interval as "cutoff"`);

export interface BeginRunParams {
  readonly id: string;
  readonly due: Date;
}
export type BeginRunRow = Record<string, never>;
export const beginRun = defineQuery<BeginRunParams, BeginRunRow>('privacy/retention.begin_run', ['id', 'due'], `insert into privacy.retention_runs (id, due) values ($1, $2) on conflict do nothing`);

export type FindRunParams = Record<string, never>;
export interface FindRunRow {
  readonly id: string;
  readonly due: Date;
}
export const findRun = defineQuery<FindRunParams, FindRunRow>('privacy/retention.find_run', [], `select r.id, r.due from privacy.retention_runs r where r.completed is null`);

export interface CompleteRunParams {
  readonly certificate: string;
  readonly completed: Date;
  readonly id: string;
}
export type CompleteRunRow = Record<string, never>;
export const completeRun = defineQuery<CompleteRunParams, CompleteRunRow>('privacy/retention.complete_run', ['certificate', 'completed', 'id'], `update privacy.retention_runs set certificate = $1::json, completed = $2 where id = $3`);

export interface NoteStepParams {
  readonly run_id: string;
  readonly place: string;
  readonly scope: string;
  readonly method: string;
  readonly cutoff: Date;
  readonly due_count: number;
  readonly kept_by: string | null;
}
export type NoteStepRow = Record<string, never>;
/**
 * What was found first stands.
 */
export const noteStep = defineQuery<NoteStepParams, NoteStepRow>('privacy/retention.note_step', ['run_id', 'place', 'scope', 'method', 'cutoff', 'due_count', 'kept_by'], `insert into privacy.retention_steps as s (run_id, place, scope, method, cutoff, due_count, kept_by)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (run_id, place, scope) do update set due_count = greatest(s.due_count, excluded.due_count), kept_by = excluded.kept_by`);

export interface ListStepsParams {
  readonly run_id: string;
}
export interface ListStepsRow {
  readonly place: string;
  readonly scope: string;
  readonly method: string;
  readonly cutoff: Date;
  readonly due_count: number;
  readonly kept_by: string | null;
}
export const listSteps = defineQuery<ListStepsParams, ListStepsRow>('privacy/retention.list_steps', ['run_id'], `select s.place, s.scope, s.method, s.cutoff, s.due_count, s.kept_by from privacy.retention_steps s where s.run_id = $1 order by 1, 2`);
