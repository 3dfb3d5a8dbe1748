import type { Executor } from '../../../kernel/index.ts';
import { takeUnits as take } from './sql/queries/queries.gen.ts';
import type { JobLimit } from './types.ts';

/** A job of a lease and the limits it is under. */
export interface Limited {
  /** Its place in the lease, from 1. */
  readonly place: number;
  readonly limits: readonly JobLimit[];
  /** Its record names them: whoever ends it knows what it holds. */
  readonly isSaid: boolean;
}

/**
 * Takes what claimed jobs need of their limits, in the order given. Those that a limit refuses have left the lease and wait to be let out;
 * gives their places. All of them where the lease is lost.
 */
export async function takeUnits(
  executor: Executor,
  lease: { readonly workerId: string; readonly leaseId: string },
  jobs: readonly Limited[],
): Promise<ReadonlySet<number>> {
  const { refused } = await take.one(executor, {
    worker_id: lease.workerId,
    lease_id: lease.leaseId,
    places: jobs.map(({ place }) => place),
    follows: jobs.map(({ limits }) => JSON.stringify({ limits })),
    unsaid: jobs.filter(({ isSaid }) => !isSaid).map(({ place }) => place),
  });
  return new Set(refused);
}
