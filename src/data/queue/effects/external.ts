import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { together } from '../../../kernel/index.ts';
import { queueErrors } from '../errors.ts';
import { jsonText } from '../model/json-text.ts';
import type { FailureHints } from '../model/types.ts';
import { answerEffects, intendEffectAgain, intendEffects, withdrawEffect } from './sql/queries/queries.gen.ts';
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

interface Place {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly name: string;
}

const columnsOf = (places: readonly Place[]) => ({
  tenant_ids: places.map(({ tenant_id }) => tenant_id),
  job_ids: places.map(({ job_id }) => job_id),
  names: places.map(({ name }) => name),
});

/**
 * The `external` of each run. Keeps what it knows in the database of the queue. Runs at the same time share a commit: with one each, it would be
 * the commits that set the pace.
 */
export function openExternal(connect: Connect): (owner: EffectOwner) => External {
  const run = <T>(work: (tx: Transaction) => Promise<T>) => connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.effect' }, work);

  const intended = together(async (_: '', runs: readonly (Place & { readonly worker_id: string; readonly attempt: number })[]) => {
    const who = { worker_ids: runs.map(({ worker_id }) => worker_id), attempts: runs.map(({ attempt }) => attempt) };
    const rows = await run((tx) => intendEffects.all(tx, { ...columnsOf(runs), ...who }));
    const byPlace = new Map(rows.map((row) => [row.place, row]));
    return runs.map((_run, index) => byPlace.get(index + 1));
  });
  const answered = together(async (_: '', answers: readonly (Place & { readonly answer: string })[]) => {
    await run((tx) => answerEffects.run(tx, { ...columnsOf(answers), answers: answers.map(({ answer }) => answer) }));
    return answers.map(() => undefined);
  });

  return (owner) => {
    const begun = new Set<string>();
    return async <A>(name: string, work: (key: string) => Promise<A>, options: ExternalOptions<A> = {}): Promise<A> => {
      if (begun.has(name)) throw queueErrors.EFFECT_TWICE({ name, jobId: owner.jobId });
      begun.add(name);
      const place = { tenant_id: owner.tenantId, job_id: owner.jobId, name };
      const who = { worker_id: owner.workerId, attempt: owner.attempt };
      const key = `${owner.jobId}.${name}`;
      const keep = async (answer: A) => {
        await answered('', { ...place, answer: jsonText(answer ?? null) ?? 'null' });
        return answer;
      };

      // None where another run's row was committed between our snapshot and our insert: the next look finds it.
      const intend = () => intended('', { ...place, ...who });
      const found = (await intend()) ?? (await intend());
      if (!found) throw queueErrors.EFFECT_ELSEWHERE({ name, jobId: owner.jobId });
      if (found.answered) return found.answer as A;
      if (!found.is_new) {
        const verdict = await options.verify?.(key);
        if (verdict?.happened) return keep(verdict.answer);
        if (!verdict && options.onUnknown !== 'retry') throw unknown(name, owner.jobId, found);
        const known = { known_worker_id: found.worker_id, known_attempt: found.attempt };
        const isOurs = await run((tx) => intendEffectAgain.run(tx, { ...place, ...who, ...known }));
        if (isOurs === 0) throw queueErrors.EFFECT_ELSEWHERE({ name, jobId: owner.jobId });
      }
      let answer: A;
      try {
        answer = await work(key);
      } catch (error) {
        if (!options.isUnknown?.(error)) await run((tx) => withdrawEffect.run(tx, { ...place, ...who }));
        throw error;
      }
      return keep(answer);
    };
  };
}
