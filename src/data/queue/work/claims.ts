import type { Session } from '../../../foundation/connect/index.ts';
import { Claimer, type Slot } from '../claim/index.ts';
import { bandBases } from '../model/bands.ts';
import type { Directory, KnownQueue } from './directory.ts';
import type { HeldLease, Item } from './item.ts';

/** Claims of this process: a claimer for each queue, and what it gives as jobs to run. */
export class Claims {
  readonly #deps: { readonly workerId: string; readonly leaseMs: number; readonly directory: Directory };
  readonly #claimers = new Map<number, { readonly claimer: Claimer; weights: readonly number[] }>();

  constructor(deps: { readonly workerId: string; readonly leaseMs: number; readonly directory: Directory }) {
    this.#deps = deps;
  }

  async claim(session: Session, queue: KnownQueue, slot: Slot, wanted: number): Promise<readonly Item[]> {
    const { withoutTypes } = this.#deps.directory;
    const claimer = this.#claimerOf(queue);
    const claim = await claimer.claim(session, { slot, wanted, oldest: [], withoutTypes });
    if (!claim) return [];
    const lease: HeldLease = { id: claim.leaseId, queueId: queue.id, open: claim.jobs.length, isLost: false, results: undefined };
    return claim.jobs.map((job, index) => ({ lease, place: index + 1, job }));
  }

  /** What a run took, for shares of time. */
  ran({ lease, job }: Item, durationMs: number): void {
    this.#claimers.get(lease.queueId)?.claimer.ran(job, durationMs);
  }

  #claimerOf({ id, name, weights }: KnownQueue): Claimer {
    const known = this.#claimers.get(id);
    if (known) {
      if (known.weights !== weights) known.claimer.setWeights(weights);
      known.weights = weights;
      return known.claimer;
    }
    const { workerId, leaseMs, directory } = this.#deps;
    const claimer = new Claimer({
      workerId,
      queueId: id,
      queueName: name,
      leaseMs,
      bases: bandBases,
      weights,
      meanRunMs: (typeId) => directory.meanRunMs(typeId),
    });
    this.#claimers.set(id, { claimer, weights });
    return claimer;
  }
}
