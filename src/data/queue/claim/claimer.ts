import { type Executor, uuidv7 } from '../../../kernel/index.ts';
import { effectiveBand } from './model/claim-order.ts';
import { Floors } from './model/floors.ts';
import { Ring } from './model/ring.ts';
import { Shares } from './model/shares.ts';
import { atSlot, type Slot } from './slots.ts';
import { type ClaimAllRow, claim, claimAll, claimOverdue, findOldest } from './sql/queries/queries.gen.ts';
import type { Claim, ClaimedJob, ClaimerSettings, ClaimRequest } from './types.ts';

/** How long it is good to know since when jobs have been due: none competes in another band so much later than it could. */
const oldestHeldMs = 10_000;

/** Prepares a session for claims: what a crash loses of them only makes their jobs ready again, and their plans must not depend on statistics. */
export async function prepareForClaims(session: Executor): Promise<void> {
  const off = [
    'synchronous_commit',
    'jit',
    ...['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin', 'sort', 'material'].map((name) => `enable_${name}`),
  ];
  await session.query({
    text: `set plan_cache_mode = force_generic_plan; set timezone = 'UTC'; set datestyle = 'ISO'; ${off.map((name) => `set ${name} = off`).join('; ')}`,
  });
}

/** What a claimer knows of one slot. */
interface SlotState {
  readonly rings: readonly Ring[];
  readonly floors: Floors;
  /** The last claim found less than it asked for: the next one tries to take all there is. */
  isShallow: boolean;
  oldest: readonly Date[];
  /** When that was found out. */
  foundMs: number;
}

/**
 * Takes jobs of one queue for one worker, fairly between effective bands and between tenants. Claims of one claimer come one after the other,
 * on sessions that `prepareForClaims` has seen.
 */
export class Claimer {
  readonly #settings: ClaimerSettings;
  readonly #shares: Shares;
  readonly #slots = new Map<Slot, SlotState>();
  #owedToOverdue = 0;

  constructor(settings: ClaimerSettings) {
    this.#settings = settings;
    this.#shares = new Shares(settings.weights);
  }

  setWeights(weights: readonly number[]): void {
    this.#shares.setWeights(weights);
  }

  /** Takes jobs for a lease, in one statement and transaction. Undefined: nothing is waiting there. */
  async claim(session: Executor, request: ClaimRequest): Promise<Claim | undefined> {
    const state = this.#state(request.slot);
    const executor = atSlot(session, request.slot);
    const leaseId = uuidv7();
    const params = this.#params(leaseId, request);
    const jobs =
      (await this.#takeOverdue(executor, request, params)) ||
      (state.isShallow && (await this.#takeAll(executor, params))) ||
      (await this.#takeTurns(executor, request, params, state));
    state.isShallow = jobs.length < request.wanted;
    return jobs.length === 0 ? undefined : { leaseId, jobs };
  }

  /** Corrects what was charged for a job by what its run took. */
  ran(job: ClaimedJob, ranMs: number): void {
    this.#shares.correct(job.effective, job.expectedMs, ranMs);
  }

  /** Whole claims instead of a part of each: the same share over time, and one statement. Undefined: it is not their turn, or nobody is overdue. */
  async #takeOverdue(executor: Executor, { overdueShare = 0 }: ClaimRequest, params: Params): Promise<Jobs | undefined> {
    this.#owedToOverdue = Math.min(1, this.#owedToOverdue + overdueShare);
    if (this.#owedToOverdue < 1) return undefined;
    this.#owedToOverdue = 0;
    const jobs = this.#byAge(await claimOverdue.all(executor, params));
    if (jobs.length === 0) return undefined;
    const expected = this.#expected(jobs);
    expected.forEach((sum, effective) => void (sum.jobs > 0 && this.#shares.charge(effective, sum.jobs, sum.ms)));
    return jobs;
  }

  /** Undefined: there is more than wanted. */
  async #takeAll(executor: Executor, params: Params): Promise<Jobs | undefined> {
    const rows = await claimAll.all(executor, params);
    const [head] = rows;
    if (!head || head.depth > params.wanted) return undefined;
    const jobs = this.#byAge(rows);
    this.#expected(jobs).forEach((sum, effective) => void this.#shares.charge(effective, sum.jobs, sum.ms));
    return jobs;
  }

  async #takeTurns(executor: Executor, request: ClaimRequest, params: Params, state: SlotState): Promise<Jobs> {
    const { rings, floors } = state;
    const atMs = performance.now();
    if (atMs - state.foundMs > oldestHeldMs) {
      state.oldest = (await findOldest.all(executor, { queue_id: this.#settings.queueId })).map(({ due }) => due);
      state.foundMs = atMs;
    }
    const places = this.#shares.split(request.wanted).flatMap(({ effective, share, most }) => {
      const ring = rings[effective];
      if (!ring) return [];
      return [
        {
          effective,
          quota: most,
          ring,
          turnSize: ring.turnSize(this.#shares.turnOf(effective), share),
          parts: ring.parts(floors.of(effective, atMs)),
        },
      ];
    });
    const parts = places.flatMap(({ parts }, n) => parts.map((part) => ({ ...part, place: n + 1 })));
    const rows = await claim.all(executor, {
      ...params,
      bases: this.#settings.bases,
      oldest: state.oldest.map((due, band) => request.oldest?.[band] ?? due),
      tenant_weights: JSON.stringify(request.tenantWeights ?? {}),
      effective_bands: places.map(({ effective }) => effective),
      quotas: places.map(({ quota }) => quota),
      turn_sizes: places.map(({ turnSize }) => turnSize),
      part_places: parts.map(({ place }) => place),
      part_from: parts.map(({ from }) => from),
      part_floors: parts.map(({ floor }) => floor.due),
      part_floor_ids: parts.map(({ floor }) => floor.id),
      part_until: parts.map(({ until }) => until),
    });
    // Rows without an id name turns that gave nothing.
    const turns = places.map(() => ({ last: undefined as string | undefined, served: new Set<string>() }));
    const placeOf = new Map(places.map(({ effective }, place) => [effective, place]));
    const jobs: ClaimedJob[] = [];
    for (const row of rows) {
      const turn = turns[placeOf.get(row.effective) as number] as (typeof turns)[number];
      turn.last = row.tenant_id;
      if (row.id === null) continue;
      turn.served.add(row.tenant_id);
      floors.taken(row as JobRow);
      jobs.push(this.#job(row as JobRow, row.effective));
    }
    const expected = this.#expected(jobs);
    let left = request.wanted;
    places.forEach(({ effective, ring }, place) => {
      // The claim was full before it came here.
      if (left <= 0) return;
      const { last, served } = turns[place] as (typeof turns)[number];
      const sum = expected[effective] as Expected;
      left -= sum.jobs;
      ring.moveTo(last, served);
      if (last === undefined || sum.jobs > 0) this.#shares.charge(effective, sum.jobs, sum.ms);
    });
    return jobs;
  }

  #params(leaseId: string, { wanted, withoutTypes }: ClaimRequest) {
    const { workerId, queueId, queueName, leaseMs } = this.#settings;
    const lease = { lease_id: leaseId, worker_id: workerId, lease_ms: leaseMs };
    return { ...lease, queue_id: queueId, queue_name: queueName, wanted, without_types: withoutTypes };
  }

  /** What the jobs of each effective band are expected to take. */
  #expected(jobs: Jobs): readonly Expected[] {
    const sums = this.#settings.bases.map(() => ({ jobs: 0, ms: 0 }));
    for (const { effective, expectedMs } of jobs) {
      const sum = sums[effective] as Expected;
      sum.jobs++;
      sum.ms += expectedMs;
    }
    return sums;
  }

  /** Jobs that were not taken for an effective band count for the one that their age brings them to. */
  #byAge(rows: readonly Row[]): Jobs {
    const now = Date.now();
    const waiting = rows.filter((row): row is JobRow => row.id !== null);
    return waiting.map((row) => this.#job(row, effectiveBand(row.band, now - Date.parse(row.due), this.#settings.bases)));
  }

  #job(row: JobRow, effective: number): ClaimedJob {
    return {
      tenantId: row.tenant_id,
      id: row.id,
      due: new Date(row.due),
      band: row.band,
      effective,
      typeId: row.type_id,
      attempt: row.attempt,
      crashCount: row.crash_count,
      expectedMs: this.#settings.meanRunMs(row.type_id),
      record:
        row.max_attempts === null || row.payload_version === null
          ? undefined
          : {
              maxAttempts: row.max_attempts,
              payloadVersion: row.payload_version,
              payload: row.payload,
              follow: row.follow,
              trace: row.trace,
            },
    };
  }

  #state(slot: Slot): SlotState {
    let state = this.#slots.get(slot);
    if (!state) {
      state = {
        rings: this.#settings.bases.map(() => new Ring()),
        floors: new Floors(this.#settings.bases.length),
        isShallow: true,
        oldest: [],
        foundMs: Number.NEGATIVE_INFINITY,
      };
      this.#slots.set(slot, state);
    }
    return state;
  }
}

type Row = Omit<ClaimAllRow, 'depth'>;
type JobRow = { readonly [K in Exclude<keyof Row, 'max_attempts' | 'payload_version' | 'trace'>]: NonNullable<Row[K]> } & Pick<
  Row,
  'max_attempts' | 'payload_version' | 'trace'
>;
type Jobs = readonly ClaimedJob[];
type Params = Parameters<typeof claimAll.all>[1];

interface Expected {
  jobs: number;
  ms: number;
}
