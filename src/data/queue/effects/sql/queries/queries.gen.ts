// Made by `npm run generate` from effects.sql; do not edit.
// sources: dcd2c26f98547c24d59f5610858e3d17
import { defineQuery } from '../../../../../kernel/index.ts';

export interface IntendEffectsParams {
  readonly tenant_ids: readonly string[];
  readonly job_ids: readonly string[];
  readonly names: readonly string[];
  readonly worker_ids: readonly string[];
  readonly attempts: readonly number[];
}
export interface IntendEffectsRow {
  readonly place: number;
  readonly worker_id: string;
  readonly attempt: number;
  readonly intended: Date;
  readonly answered: Date | null;
  readonly answer: unknown;
  readonly is_new: boolean;
}
/**
 * The rows as they are afterwards, by their place from 1; is_new where this run began it. Of two runs at once one begins it. None where it was
 * begun by a transaction that this one does not see yet.
 * plinth:allow unpruned each job lies in its own month, found by the key when it runs
 */
export const intendEffects = defineQuery<IntendEffectsParams, IntendEffectsRow>('queue/effects.intend_effects', ['tenant_ids', 'job_ids', 'names', 'worker_ids', 'attempts'], `with asked as materialized (
  select a.*, row_number() over (partition by a.tenant_id, a.job_id, a.name order by a.place) = 1 as is_first
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::smallint[]) with ordinality
      a (tenant_id, job_id, name, worker_id, attempt, place)
), begun as (
  insert into queue.job_effects (tenant_id, job_id, name, worker_id, attempt)
  select a.tenant_id, a.job_id, a.name, a.worker_id, a.attempt from asked a where a.is_first
  on conflict do nothing
  returning tenant_id, job_id, name, worker_id, attempt, intended)
select a.place::int as "place", b.worker_id as "worker_id", b.attempt as "attempt", b.intended as "intended", null::timestamptz as answered,
       null::jsonb as answer, true as "is_new"
  from asked a join begun b on b.tenant_id = a.tenant_id and b.job_id = a.job_id and b.name = a.name where a.is_first
union all
select a.place::int, e.worker_id, e.attempt, e.intended, e.answered, e.answer, false
  from asked a, lateral (select x.* from queue.job_effects x where x.tenant_id = a.tenant_id and x.job_id = a.job_id and x.name = a.name offset 0) e`);

export interface IntendEffectAgainParams {
  readonly worker_id: string;
  readonly attempt: number;
  readonly tenant_id: string;
  readonly job_id: string;
  readonly name: string;
  readonly known_worker_id: string;
  readonly known_attempt: number;
}
export type IntendEffectAgainRow = Record<string, never>;
export const intendEffectAgain = defineQuery<IntendEffectAgainParams, IntendEffectAgainRow>('queue/effects.intend_effect_again', ['worker_id', 'attempt', 'tenant_id', 'job_id', 'name', 'known_worker_id', 'known_attempt'], `update queue.job_effects e set worker_id = $1, attempt = $2, intended = now()
 where e.tenant_id = $3 and e.job_id = $4 and e.name = $5
   and e.answered is null and e.worker_id = $6 and e.attempt = $7`);

export interface AnswerEffectsParams {
  readonly tenant_ids: readonly string[];
  readonly job_ids: readonly string[];
  readonly names: readonly string[];
  readonly answers: readonly string[];
}
export type AnswerEffectsRow = Record<string, never>;
/**
 * plinth:allow unpruned each job lies in its own month, found by the key when it runs
 */
export const answerEffects = defineQuery<AnswerEffectsParams, AnswerEffectsRow>('queue/effects.answer_effects', ['tenant_ids', 'job_ids', 'names', 'answers'], `update queue.job_effects e set answered = now(), answer = a.answer::jsonb
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) a (tenant_id, job_id, name, answer)
 where e.tenant_id = a.tenant_id and e.job_id = a.job_id and e.name = a.name and e.answered is null`);

export interface WithdrawEffectParams {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly name: string;
  readonly worker_id: string;
  readonly attempt: number;
}
export type WithdrawEffectRow = Record<string, never>;
export const withdrawEffect = defineQuery<WithdrawEffectParams, WithdrawEffectRow>('queue/effects.withdraw_effect', ['tenant_id', 'job_id', 'name', 'worker_id', 'attempt'], `delete from queue.job_effects e
 where e.tenant_id = $1 and e.job_id = $2 and e.name = $3 and e.answered is null
   and e.worker_id = $4 and e.attempt = $5`);

export interface FinishInTransactionParams {
  readonly lease: string;
  readonly place: number;
  readonly duration_ms: number;
  readonly result: string | null;
  readonly log: string;
}
export interface FinishInTransactionRow {
  readonly is_ours: boolean;
}
export const finishInTransaction = defineQuery<FinishInTransactionParams, FinishInTransactionRow>('queue/effects.finish_in_transaction', ['lease', 'place', 'duration_ms', 'result', 'log'], `select queue.finish_in_transaction($1, $2, $3, $4::jsonb, $5::jsonb) as "is_ours"`);

export interface HasEndedParams {
  readonly lease: string;
  readonly tenant_id: string;
  readonly job_id: string;
  readonly run: number;
}
export interface HasEndedRow {
  readonly has_ended: boolean;
}
export const hasEnded = defineQuery<HasEndedParams, HasEndedRow>('queue/effects.has_ended', ['lease', 'tenant_id', 'job_id', 'run'], `select queue.has_ended($1, $2, $3, $4) as "has_ended"`);

export interface KeepLinesParams {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly attempt: number;
  readonly log: string;
}
export type KeepLinesRow = Record<string, never>;
export const keepLines = defineQuery<KeepLinesParams, KeepLinesRow>('queue/effects.keep_lines', ['tenant_id', 'job_id', 'attempt', 'log'], `insert into queue.job_logs (tenant_id, job_id, attempt, line, logged, level, message, fields)
select $1, $2, $3, g.line, clock_timestamp() - make_interval(secs => g.age_ms / 1000.0), g.level, g.message, g.fields
  from jsonb_to_recordset($4::jsonb) g(line smallint, age_ms float8, level text, message text, fields jsonb)
    on conflict do nothing`);
