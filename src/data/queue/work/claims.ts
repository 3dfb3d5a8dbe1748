import { advisoryKey, type Session } from '../../../foundation/connect/index.ts';
import { Claimer, type Slot } from '../claim/index.ts';
import { areSaid, type Limited, limitsOf, takeUnits } from '../limits/index.ts';
import { bandBases } from '../model/bands.ts';
import type { QueueFigures } from '../promise/index.ts';
import type { Directory, KnownQueue } from './directory.ts';
import type { HeldLease, Item } from './item.ts';

export interface ClaimsDeps {
  readonly workerId: string;
  readonly leaseMs: number;
  readonly directory: Directory;
  /** What is known of a queue by those who watch it. */
  figures(queueId: number): QueueFigures | undefined;
}

// A process that stands still in the middle of a claim must not keep others from theirs.
const standstillMs = 5_000;

/**
 * Begins a claim of jobs that can have limits: they take their units in its transaction, and no other claim of the queue comes between. So the
 * order of a strict key is the one in which its jobs wait, and a worker that is lost leaves none behind that has passed neither.
 */
const beginAlone = (queueId: number) =>
  `begin; set local idle_in_transaction_session_timeout = ${standstillMs}; select pg_advisory_xact_lock(${advisoryKey(`queue.claim.${queueId}`)})`;

/** Claims of this process: a claimer for each queue, and what it gives as jobs to run. */
export class Claims {
  readonly #deps: ClaimsDeps;
  readonly #claimers = new Map<number, { readonly claimer: Claimer; weights: readonly number[] }>();

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
  }

  async claim(session: Session, queue: KnownQueue, slot: Slot, wanted: number): Promise<readonly Item[]> {
    if (!this.#deps.directory.hasLimits(queue)) return this.#claim(session, queue, slot, wanted);
    await session.query({ text: beginAlone(queue.id) });
    try {
      const items = await this.#claim(session, queue, slot, wanted);
      await session.query({ text: 'commit' });
      return items;
    } catch (error) {
      await session.query({ text: 'rollback' }).catch(() => {});
      this.forget();
      throw error;
    }
  }

  async #claim(session: Session, queue: KnownQueue, slot: Slot, wanted: number): Promise<readonly Item[]> {
    const { withoutTypes } = this.#deps.directory;
    const figures = this.#deps.figures(queue.id);
    const claimer = this.#claimerOf(queue, figures?.weights ?? queue.weights);
    const claim = await claimer.claim(session, { slot, wanted, withoutTypes, overdueShare: figures?.overdueShare ?? 0 });
    if (!claim) return [];
    const { length: size } = claim.jobs;
    const lease: HeldLease = {
      id: claim.leaseId,
      queueId: queue.id,
      open: size,
      size,
      isLost: false,
      isParting: false,
      results: undefined,
    };
    const items: Item[] = claim.jobs.map((job, index) => ({ lease, place: index + 1, job }));
    return this.#within(session, items);
  }

  /** Those of a claim whose limits let them run now; the others have left the lease, and are let out when it is their turn. */
  async #within(session: Session, items: readonly Item[]): Promise<readonly Item[]> {
    const { directory, workerId } = this.#deps;
    const limited: Limited[] = [];
    for (const item of items) {
      const { record, typeId } = item.job;
      const definition = directory.definition(typeId);
      if (!definition?.limits || !record) continue;
      try {
        const limits = limitsOf(definition, record.payload);
        if (limits.length === 0) continue;
        const said = (record.follow as { readonly limits?: unknown } | null)?.limits;
        limited.push({ place: item.place, tenantId: item.job.tenantId, limits, isSaid: areSaid(said, limits) });
        record.follow = { ...(record.follow as object | null), limits };
      } catch (error) {
        item.unfit = error;
      }
    }
    const [first] = items;
    if (limited.length === 0 || !first) return items;
    const refused = await takeUnits(session, { workerId, leaseId: first.lease.id }, limited);
    first.lease.open -= refused.size;
    return items.filter(({ place }) => !refused.has(place));
  }

  /** Claims may have been undone: jobs can wait before the point up to which their lanes were taken. */
  forget(): void {
    this.#claimers.clear();
  }

  /** What a run took, for shares of time. */
  ran({ lease, job }: Item, durationMs: number): void {
    this.#claimers.get(lease.queueId)?.claimer.ran(job, durationMs);
  }

  #claimerOf({ id, name }: KnownQueue, weights: readonly number[]): Claimer {
    const known = this.#claimers.get(id);
    if (known) {
      if (weights.some((weight, band) => weight !== known.weights[band])) known.claimer.setWeights(weights);
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
