import { effectiveBand } from '../../claim/model/claim-order.ts';
import { Shares } from '../../claim/model/shares.ts';
import { bandBases, defaultWeights } from '../../model/bands.ts';
import { judgeEnqueue } from '../model/admission.ts';
import { type Assessment, assess } from '../model/assess.ts';
import type { LevelState } from '../model/level.ts';
import { starvingAfterMs } from '../model/weights.ts';

/** A queue and its workers on a virtual clock: jobs are claimed in the order of the reference model, and judged once a minute. For tests. */
export interface Scenario {
  readonly hours: number;
  readonly tenants: number;
  readonly slots: number;
  readonly runMs: number;
  /** Of all jobs, by band. */
  readonly mix: readonly number[];
  /** Share of what the slots can do that arrives. */
  load(hour: number): number;
  /** Share of the jobs that come in bulk, which the queue may refuse. */
  readonly bulkShare: number;
  /** Nobody works. */
  isDown?(hour: number): boolean;
}

export interface Minute {
  readonly hour: number;
  readonly assessment: Assessment;
  readonly refused: number;
}

export interface Course {
  /** Of jobs that began, and of those that wait at the end. */
  readonly longestWaitMs: readonly number[];
  readonly minutes: readonly Minute[];
  readonly run: number;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
const targetsMs = [minuteMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 3 * hourMs];
const turnSize = 2;

/** Jobs of a tenant in a band, by due time; taken from the front. */
class Lane {
  readonly tenant: number;
  readonly band: number;
  readonly #due: number[] = [];
  #taken = 0;

  constructor(tenant: number, band: number) {
    this.tenant = tenant;
    this.band = band;
  }

  add(dueMs: number): void {
    this.#due.push(dueMs);
  }

  get headMs(): number | undefined {
    return this.#due[this.#taken];
  }

  get jobs(): number {
    return this.#due.length - this.#taken;
  }

  take(): number {
    return this.#due[this.#taken++] as number;
  }

  /** Jobs that are due for longer than since then. */
  before(ms: number): number {
    let [low, high] = [this.#taken, this.#due.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#due[middle] as number) < ms) low = middle + 1;
      else high = middle;
    }
    return low - this.#taken;
  }
}

export function simulate(scenario: Scenario): Course {
  const { hours, tenants, slots, runMs, mix } = scenario;
  const random = seeded(42);
  const lanes = Array.from({ length: tenants }, (_, tenant) => mix.map((_share, band) => new Lane(tenant, band)));
  const filled = new Set<Lane>();
  const shares = new Shares(defaultWeights, runMs);
  const cursors = mix.map(() => 0);
  const jobs = mix.map(() => 0);
  const longestWaitMs = mix.map(() => 0);
  const free = new Array<number>(slots).fill(0);
  const minutes: Minute[] = [];
  let level: LevelState = { level: 'normal', changedMs: Number.NEGATIVE_INFINITY };
  let latest: Assessment | undefined;
  let [refused, run, waiting] = [0, 0, 0];
  let buffer: { band: number; effective: number; dueMs: number }[] = [];

  const isDown = (ms: number) => scenario.isDown?.(ms / hourMs) === true;

  function arrive(ms: number): void {
    if (random() < scenario.bulkShare && judgeEnqueue(latest?.predictedWaitMs, true, 'reject').verdict === 'reject') {
      refused++;
      return;
    }
    let [band, rest] = [0, random()];
    while (band < mix.length - 1 && rest >= (mix[band] as number)) rest -= mix[band++] as number;
    const lane = lanes[Math.floor(random() * tenants)]?.[band] as Lane;
    lane.add(ms);
    filled.add(lane);
    (jobs[band] as number)++;
    waiting++;
  }

  /** As one claim does it: a quota for each effective band, tenants in turns. */
  function claim(nowMs: number, wanted: number): typeof buffer {
    const claimed: typeof buffer = [];
    const byBand = mix.map(() => [] as Lane[]);
    // The oldest first, for the part of the claim that is theirs.
    const ofOldest = Math.ceil(wanted * (latest?.overdueShare ?? 0));
    if (ofOldest > 0) {
      const lanesByAge = [...filled].sort((one, other) => (one.headMs as number) - (other.headMs as number)).slice(0, ofOldest);
      for (const lane of lanesByAge) {
        if (nowMs - (lane.headMs as number) <= starvingAfterMs) break;
        claimed.push({ band: lane.band, effective: 0, dueMs: lane.take() });
        shares.charge(0, 1, runMs);
        if (lane.jobs === 0) filled.delete(lane);
      }
    }
    const effectiveOf = (lane: Lane) => effectiveBand(lane.band, nowMs - (lane.headMs as number), bandBases);
    for (const lane of filled) byBand[effectiveOf(lane)]?.push(lane);
    for (const ring of byBand) ring.sort((one, other) => one.tenant - other.tenant);
    for (const { effective, most } of shares.split(wanted)) {
      const ring = byBand[effective] ?? [];
      const start = ring.findIndex(({ tenant }) => tenant >= (cursors[effective] as number));
      let turns = start < 0 ? ring : [...ring.slice(start), ...ring.slice(0, start)];
      let left = Math.min(most, wanted - claimed.length);
      const before = left;
      while (left > 0 && turns.length > 0) {
        for (const lane of turns) {
          for (let n = 0; n < turnSize && left > 0 && lane.jobs > 0 && effectiveOf(lane) === effective; n++, left--) {
            claimed.push({ band: lane.band, effective, dueMs: lane.take() });
          }
          cursors[effective] = lane.tenant + 1;
          if (left === 0) break;
        }
        turns = turns.filter((lane) => lane.jobs > 0 && effectiveOf(lane) === effective);
      }
      const taken = before - left;
      if (before > 0) shares.charge(effective, taken, taken * runMs);
    }
    for (const lane of filled) if (lane.jobs === 0) filled.delete(lane);
    for (const { band } of claimed) (jobs[band] as number)--;
    waiting -= claimed.length;
    return claimed;
  }

  function judge(nowMs: number): void {
    const workers = isDown(nowMs) ? 0 : 1;
    const own = workers * slots;
    const bands = mix.map((_, band) => {
      const ofBand = [...filled].filter((lane) => lane.band === band);
      const heads = ofBand.map(({ headMs }) => headMs as number);
      const overdue = ofBand.reduce((total, lane) => total + lane.before(nowMs - 3 * hourMs), 0);
      const head = heads.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
      const count = jobs[band] as number;
      return {
        ...{ jobs: count, workMs: count * runMs, overdueWorkMs: overdue * runMs, lacksHandler: false, held: [] },
        headDueMs: count > 0 ? head : undefined,
      };
    });
    const pool = { slots: own, workers, capacity: own, workMs: waiting * runMs, isStarvedOfJobs: false };
    const found = {
      weights: defaultWeights,
      targetsMs,
      isPaused: false,
      bands,
      pool,
      lacksPartition: false,
      level,
    };
    latest = assess(found, nowMs);
    level = latest.level;
    shares.setWeights(latest.weights);
    minutes.push({ hour: nowMs / hourMs, assessment: latest, refused });
    refused = 0;
  }

  const endMs = hours * hourMs;
  let [nextArrivalMs, nextJudgeMs] = [0, 0];
  for (;;) {
    const slot = free.reduce((first, ms, at) => (ms < (free[first] as number) ? at : first), 0);
    const nowMs = free[slot] as number;
    if (nowMs >= endMs) break;
    while (nextArrivalMs <= nowMs || nextJudgeMs <= nowMs) {
      if (nextJudgeMs <= nextArrivalMs) {
        judge(nextJudgeMs);
        nextJudgeMs += minuteMs;
      } else {
        arrive(nextArrivalMs);
        const perMs = (scenario.load(nextArrivalMs / hourMs) * slots) / runMs;
        nextArrivalMs += -Math.log(1 - random()) / perMs;
      }
    }
    if (isDown(nowMs)) {
      free[slot] = nowMs + minuteMs;
      continue;
    }
    if (buffer.length === 0 && waiting > 0) buffer = claim(nowMs, slots * 2).reverse();
    const job = buffer.pop();
    if (!job) {
      free[slot] = Math.max(nowMs + 1, nextArrivalMs);
      continue;
    }
    const ranMs = runMs * (0.5 + random());
    shares.correct(job.effective, runMs, ranMs);
    longestWaitMs[job.band] = Math.max(longestWaitMs[job.band] as number, nowMs - job.dueMs);
    free[slot] = nowMs + ranMs;
    run++;
  }
  for (const lane of filled) {
    longestWaitMs[lane.band] = Math.max(longestWaitMs[lane.band] as number, endMs - (lane.headMs as number));
  }
  return { longestWaitMs, minutes, run };
}

/** The same numbers each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
