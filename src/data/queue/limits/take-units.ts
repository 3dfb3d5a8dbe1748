import { type Executor, nilUuid } from '../../../kernel/index.ts';
import { takeUnits as take } from './sql/queries/queries.gen.ts';
import type { JobLimit } from './types.ts';

/** A job of a lease and the limits it is under. */
export interface Limited {
  /** Its place in the lease, from 1. */
  readonly place: number;
  readonly tenantId: string;
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
  const numbers = new Map<string, number>();
  const asked: (JobLimit & { readonly owner: string; units: number })[] = [];
  const places: number[] = [];
  const limits: number[] = [];
  for (const { place, tenantId, limits: those } of jobs) {
    for (const limit of those) {
      const owner = limit.isShared ? nilUuid : tenantId;
      const id = `${owner} ${limit.name} ${limit.key}`;
      let number = numbers.get(id);
      if (number === undefined) {
        number = asked.push({ ...limit, owner, units: 0 });
        numbers.set(id, number);
      }
      (asked[number - 1] as (typeof asked)[number]).units++;
      places.push(place);
      limits.push(number);
    }
  }
  const unsaid = jobs.filter(({ isSaid }) => !isSaid);
  const { refused } = await take.one(executor, {
    worker_id: lease.workerId,
    lease_id: lease.leaseId,
    tenants: asked.map(({ owner }) => owner),
    names: asked.map(({ name }) => name),
    keys: asked.map(({ key }) => key),
    mosts: asked.map(({ most }) => most),
    pers: asked.map(({ per }) => per ?? ''),
    zones: asked.map(({ per, zone }) => (per ? (zone ?? 'UTC') : '')),
    per_mss: asked.map(({ perMs }) => perMs ?? 0),
    units: asked.map(({ units }) => units),
    places,
    limits,
    unsaid: unsaid.map(({ place }) => place),
    unsaid_limits: unsaid.map((job) => JSON.stringify(job.limits)),
  });
  return new Set(refused);
}
