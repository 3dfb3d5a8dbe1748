// Made by `npm run generate` from effects.sql; do not edit.
// sources: 6f6a2f2d896212ea08583729f2530b6f
import { defineQuery } from '../../../../../kernel/index.ts';

export interface IntendEffectParams {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly name: string;
  readonly worker_id: string;
  readonly attempt: number;
}
export interface IntendEffectRow {
  readonly worker_id: string;
  readonly attempt: number;
  readonly intended: Date;
  readonly answered: Date | null;
  readonly answer: unknown;
  readonly is_new: boolean;
}
/**
 * The row as it is afterwards; is_new where this run began it. Of two runs at once one begins it.
 */
export const intendEffect = defineQuery<IntendEffectParams, IntendEffectRow>('queue/effects.intend_effect', ['tenant_id', 'job_id', 'name', 'worker_id', 'attempt'], `with begun as (
  insert into queue.job_effects (tenant_id, job_id, name, worker_id, attempt)
  values ($1, $2, $3, $4, $5)
  on conflict do nothing
  returning worker_id, attempt, intended, answered, answer)
select b.worker_id as "worker_id", b.attempt as "attempt", b.intended as "intended", b.answered, b.answer, true as "is_new" from begun b
union all
select e.worker_id, e.attempt, e.intended, e.answered, e.answer, false from queue.job_effects e
 where e.tenant_id = $1 and e.job_id = $2 and e.name = $3 and not exists (select from begun)`);

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

export interface AnswerEffectParams {
  readonly answer: string;
  readonly tenant_id: string;
  readonly job_id: string;
  readonly name: string;
}
export type AnswerEffectRow = Record<string, never>;
export const answerEffect = defineQuery<AnswerEffectParams, AnswerEffectRow>('queue/effects.answer_effect', ['answer', 'tenant_id', 'job_id', 'name'], `update queue.job_effects e set answered = now(), answer = $1::jsonb
 where e.tenant_id = $2 and e.job_id = $3 and e.name = $4 and e.answered is null`);

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
