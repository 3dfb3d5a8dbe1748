// Made by `npm run generate` from effects.sql; do not edit.
// sources: 4e07a0939bc4d208de94e04dd22ac2b8
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
