import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { queueErrors } from '../errors.ts';
import type { FailureHints } from '../model/types.ts';
import { answerEffect, intendEffect, intendEffectAgain, withdrawEffect } from './sql/queries/queries.gen.ts';
import type { External, ExternalOptions } from './types.ts';

/** The run that an effect belongs to. */
export interface EffectOwner {
  readonly tenantId: string;
  readonly jobId: string;
  /** From 1. */
  readonly attempt: number;
  readonly workerId: string;
}

// Trying again would not help: the run after this one would know as little.
function unknown(name: string, jobId: string, found: { readonly intended: Date; readonly attempt: number }): Error & FailureHints {
  const error = queueErrors.EFFECT_UNKNOWN({ name, jobId, intended: found.intended.toISOString(), attempt: found.attempt });
  return Object.assign(error, { verdict: 'dead' } as const);
}

/** The `external` of one run of a job. Keeps what it knows in the database of the queue. */
export function externalOf(connect: Connect, owner: EffectOwner): External {
  const begun = new Set<string>();
  const inQueue = <T>(work: (tx: Transaction) => Promise<T>) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.effect' }, work);

  return async <A>(name: string, work: (key: string) => Promise<A>, options: ExternalOptions<A> = {}): Promise<A> => {
    if (begun.has(name)) throw queueErrors.EFFECT_TWICE({ name, jobId: owner.jobId });
    begun.add(name);
    const place = { tenant_id: owner.tenantId, job_id: owner.jobId, name };
    const run = { worker_id: owner.workerId, attempt: owner.attempt };
    const key = `${owner.jobId}.${name}`;
    const keep = async (answer: A) => {
      await inQueue((tx) => answerEffect.run(tx, { ...place, answer: JSON.stringify(answer ?? null) }));
      return answer;
    };

    // None where another run's row was committed between our snapshot and our insert: the next look finds it.
    const intend = () => inQueue((tx) => intendEffect.first(tx, { ...place, ...run }));
    const found = (await intend()) ?? (await intend());
    if (!found) throw queueErrors.EFFECT_ELSEWHERE({ name, jobId: owner.jobId });
    if (found.answered) return found.answer as A;
    if (!found.is_new) {
      const verdict = await options.verify?.(key);
      if (verdict?.happened) return keep(verdict.answer);
      if (!verdict && options.onUnknown !== 'retry') throw unknown(name, owner.jobId, found);
      const known = { known_worker_id: found.worker_id, known_attempt: found.attempt };
      const isOurs = await inQueue((tx) => intendEffectAgain.run(tx, { ...place, ...run, ...known }));
      if (isOurs === 0) throw queueErrors.EFFECT_ELSEWHERE({ name, jobId: owner.jobId });
    }
    let answer: A;
    try {
      answer = await work(key);
    } catch (error) {
      if (!options.isUnknown?.(error)) await inQueue((tx) => withdrawEffect.run(tx, { ...place, ...run }));
      throw error;
    }
    return keep(answer);
  };
}
