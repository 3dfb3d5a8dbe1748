import type { Connect, Transaction } from '../../../../foundation/connect/index.ts';
import type { Clock, EventBus, Log } from '../../../../kernel/index.ts';
import type { Lead, LedLoop } from '../../upkeep/index.ts';
import { assess, type BandFound } from '../model/assess.ts';
import { jainIndex } from '../model/fairness.ts';
import type { LevelState } from '../model/level.ts';
import { LaneWatch } from '../model/starvation.ts';
import {
  forgetOldFigures,
  forgetTenantTimes,
  putHealth,
  readFairness,
  readHealth,
  readPools,
  readSurroundings,
} from '../sql/queries/queries.gen.ts';
import { AlertWatch } from './alerts.ts';
import { type Assessed, healthOf, type Surroundings } from './health.ts';
import { bandKey, type Lanes, noLanes, readAllLanes } from './lanes.ts';
import { type PoolLoad, PoolLoads } from './loads.ts';
import { type PoolBoundsOptions, PoolScaling } from './pools.ts';
import { noRuns, type Runs, readRuns } from './runs.ts';
import { emptyBands, readSample } from './sample.ts';
import { writeStarvations } from './starvations.ts';

export interface WatchDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  readonly scaling: PoolBoundsOptions;
}

const sampleIntervalMs = 1_000;
const lanesIntervalMs = 5_000;
const starvationsIntervalMs = 15_000;
const scalingIntervalMs = 30_000;
const minuteMs = 60_000;

// No look takes more than a twentieth of the time.
const restFactor = 20;
/**
 * Looks after the promise, in the one process that leads: samples, judges, writes what claims and enqueues go by, and tells what is wrong.
 * What it remembers from round to round begins anew with each term.
 */
export class Watch {
  readonly #deps: WatchDeps;
  readonly #alerts: AlertWatch;
  readonly #pools: PoolScaling;
  readonly #loads = new PoolLoads();
  #term = 0;
  #levels = new Map<number, LevelState>();
  #laneWatch = new LaneWatch();
  #lanes: Lanes = noLanes;
  #runs: Runs = noRuns;
  #busy: ReadonlyMap<string, number> = new Map();
  #fairness: ReadonlyMap<number, number> = new Map();
  #surroundings: Surroundings | undefined;
  #assessed: readonly Assessed[] = [];
  #nowMs = 0;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    this.#alerts = new AlertWatch(deps);
    this.#pools = new PoolScaling(deps);
  }

  loops(): readonly LedLoop[] {
    const look = (name: string, intervalMs: number, round: (lead: Lead) => Promise<void>): LedLoop => ({
      name,
      intervalMs,
      run: async (lead) => {
        const startedMs = this.#deps.clock.monotonicMs();
        await this.#remember(lead);
        await round(lead);
        return Math.max(intervalMs, (this.#deps.clock.monotonicMs() - startedMs) * restFactor);
      },
    });
    return [
      look('looking at what waits', sampleIntervalMs, (lead) => this.sample(lead)),
      look('looking at lanes and runs', lanesIntervalMs, (lead) => this.look(lead)),
      look('looking for starving lanes', starvationsIntervalMs, (lead) => this.starvations(lead)),
      look('looking at pools', scalingIntervalMs, (lead) => this.scale(lead)),
      look('measuring fair shares', minuteMs, (lead) => this.measure(lead)),
    ];
  }

  /** What waits, and what follows from it. */
  async sample(lead: Lead): Promise<void> {
    const sample = await this.#read(lead, 'queue.sample', readSample);
    const [first] = sample.queues;
    if (!first) return;
    this.#nowMs = first.read.getTime();
    const pools = this.#loads.of(sample, this.#nowMs, this.#runs, this.#busy);
    this.#assessed = sample.queues.map((queue) => {
      const ready = sample.ready.get(queue.id) ?? emptyBands();
      const bands = ready.map((band, position): BandFound => {
        const key = bandKey(queue.id, position);
        const held = (this.#lanes.held.get(key) ?? []).map(({ cause, dueMs }) => ({ cause, oldestWaitMs: this.#nowMs - dueMs }));
        return { ...band, headDueMs: band.jobs > 0 ? this.#lanes.heads.get(key)?.dueMs : undefined, held };
      });
      const found = {
        weights: queue.weights,
        targetsMs: queue.slo_ms,
        isPaused: queue.is_paused,
        bands,
        pool: { slots: queue.slots, workers: queue.workers, ...(pools.get(queue.pool) as PoolLoad) },
        lacksPartition: (this.#surroundings?.covered_days ?? 1) <= 0,
        level: this.#levels.get(queue.id) ?? { level: 'normal' as const, changedMs: Number.NEGATIVE_INFINITY },
      };
      const assessment = assess(found, this.#nowMs);
      this.#levels.set(queue.id, assessment.level);
      return {
        ...assessment,
        ...{ queueId: queue.id, name: queue.name, pool: queue.pool, workers: queue.workers, targetsMs: queue.slo_ms },
        jobs: bands.map(({ jobs }) => jobs),
        fairness: this.#fairness.get(queue.id),
      };
    });
    const seen = { lanes: this.#lanes, runs: this.#runs, surroundings: this.#surroundings, nowMs: this.#nowMs };
    const health = JSON.stringify(this.#assessed.map((one) => healthOf(one, seen)));
    await lead.transaction('queue.health', async (tx) => {
      // Worth nothing after a crash.
      await tx.query({ text: 'set local synchronous_commit = off' });
      await putHealth.run(tx, { health });
    });
  }

  /** Who waits longest, what was run, how the database is; then alerts. */
  async look(lead: Lead): Promise<void> {
    await this.#read(lead, 'queue.lanes', async (tx) => {
      this.#lanes = await readAllLanes(tx);
      this.#runs = await readRuns(tx, this.#runs);
      this.#busy = new Map((await readPools.all(tx, {})).map(({ pool, busy_ratio }) => [pool, busy_ratio]));
      this.#surroundings = await readSurroundings.one(tx, {});
    });
    if (this.#assessed.length > 0)
      await this.#alerts.round(lead, this.#assessed, this.#runs, this.#surroundings as Surroundings, this.#nowMs);
  }

  async starvations(lead: Lead): Promise<void> {
    if (this.#assessed.length === 0) return;
    const starving = this.#laneWatch.look(this.#lanes.old, (queueId) => this.#runs.ended.get(queueId) ?? 0, this.#nowMs);
    await writeStarvations(lead, this.#deps.events, starving, this.#assessed);
  }

  async scale(lead: Lead): Promise<void> {
    if (this.#assessed.length > 0) await this.#pools.round(lead, this.#assessed, this.#runs, this.#nowMs);
  }

  /** How even tenants are served; and what is too old is forgotten. */
  async measure(lead: Lead): Promise<void> {
    const rows = await this.#read(lead, 'queue.fairness', (tx) => readFairness.all(tx, {}));
    const fairness = new Map<number, number>();
    for (const { queue_id, ...shares } of rows) {
      const index = jainIndex(shares);
      if (index !== undefined) fairness.set(queue_id, Math.min(index, fairness.get(queue_id) ?? 1));
    }
    this.#fairness = fairness;
    await lead.transaction('queue.forget', async (tx) => {
      await forgetTenantTimes.run(tx, { before: new Date(this.#deps.clock.now().getTime() - 10 * minuteMs) });
      await forgetOldFigures.run(tx, {});
    });
  }

  /** Begins anew with each term: what another leader left is what stands in the tables. */
  async #remember(lead: Lead): Promise<void> {
    if (this.#term === lead.term) return;
    const rows = await this.#read(lead, 'queue.health', (tx) => readHealth.all(tx, {}));
    if (this.#term === lead.term) return;
    this.#term = lead.term;
    this.#levels = new Map(
      rows.map(({ queue_id, level, level_changed }) => [
        queue_id,
        { level: level as LevelState['level'], changedMs: level_changed.getTime() },
      ]),
    );
    this.#laneWatch = new LaneWatch();
    this.#lanes = noLanes;
    this.#runs = noRuns;
    this.#loads.forget();
    this.#assessed = [];
    this.#alerts.forget();
    this.#pools.forget();
  }

  /** Reads without the lead: who has lost it writes nothing that comes of it. */
  #read<T>(lead: Lead, tag: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#deps.connect.transaction(
      { tier: 'queue', as: 'owner', priority: 'maintenance', tag, isReadOnly: true, signal: lead.signal },
      work,
    );
  }
}
