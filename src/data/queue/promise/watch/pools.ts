import type { Connect } from '../../../../foundation/connect/index.ts';
import type { Lead } from '../../upkeep/index.ts';
import { nextSlots, type PoolFacts, targetSlots } from '../model/slots.ts';
import { addDecision, type ReadPoolsRow, readPools } from '../sql/queries/queries.gen.ts';
import type { Assessed } from './health.ts';
import type { Runs } from './runs.ts';

/** Slots of each pool in one process. */
export interface PoolBoundsOptions {
  /** With which it begins, and which it always has. */
  readonly slots: number;
  readonly maxSlots: number;
  readonly drainTargetMs: number;
}

/** Decides how many slots each pool should have. The processes share them out. */
export class PoolScaling {
  readonly #bounds: PoolBoundsOptions;
  readonly #connect: Connect;
  #lowRounds = new Map<string, number>();
  #before: { readonly atMs: number; readonly backlog: ReadonlyMap<string, number> } | undefined;

  constructor({ scaling, connect }: { readonly scaling: PoolBoundsOptions; readonly connect: Connect }) {
    this.#bounds = scaling;
    this.#connect = connect;
  }

  forget(): void {
    this.#lowRounds = new Map();
    this.#before = undefined;
  }

  async round(lead: Lead, assessed: readonly Assessed[], runs: Runs, nowMs: number): Promise<void> {
    const backlog = new Map(
      [...Map.groupBy(assessed, ({ pool }) => pool)].map(([pool, queues]) => [
        pool,
        queues.flatMap(({ jobs }) => jobs).reduce((total, jobs) => total + jobs, 0),
      ]),
    );
    const before = this.#before;
    this.#before = { atMs: nowMs, backlog };
    // How fast jobs arrive is told by two looks.
    if (!before || nowMs <= before.atMs) return;
    const seconds = (nowMs - before.atMs) / 1_000;
    const request = {
      tier: 'queue',
      as: 'owner',
      priority: 'maintenance',
      tag: 'queue.pools',
      isReadOnly: true,
      signal: lead.signal,
    } as const;
    const pools = await this.#connect.transaction(request, (tx) => readPools.all(tx, {}));
    for (const pool of pools) {
      const ids = assessed.filter((one) => one.pool === pool.pool).map(({ queueId }) => queueId);
      const { runs: ended, elapsedMs } = runs.recent(ids);
      const times = runs.times(ids);
      // Nothing ran yet: nothing is known of how long it takes.
      if (!times) continue;
      const grown = ((backlog.get(pool.pool) ?? 0) - (before.backlog.get(pool.pool) ?? 0)) / seconds;
      await this.#decide(lead, pool, {
        slots: pool.desired ?? pool.slots,
        arrivalsPerS: Math.max(0, (ended * 1_000) / Math.max(1, elapsedMs) + grown),
        runMeanMs: times.meanMs,
        runP95Ms: times.p95Ms,
        backlog: backlog.get(pool.pool) ?? 0,
        cpuRatio: pool.cpu_ratio,
        connectionWaits: pool.connection_waits,
      });
    }
  }

  async #decide(lead: Lead, { pool, workers, slots, desired: standing }: ReadPoolsRow, facts: PoolFacts): Promise<void> {
    const { slots: least, maxSlots, drainTargetMs } = this.#bounds;
    const bounds = { min: least * workers, max: Math.max(least, maxSlots) * workers, drainTargetMs };
    const { desired, reason, lowSince } = nextSlots(facts, bounds, this.#lowRounds.get(pool) ?? 0);
    this.#lowRounds.set(pool, lowSince);
    if (desired === (standing ?? slots)) return;
    const inputs = JSON.stringify({ ...facts, ...bounds, workers, target: targetSlots(facts, bounds) });
    await lead.transaction('queue.pools', (tx) => addDecision.run(tx, { pool, slots: facts.slots, desired, reason, inputs }));
  }
}
