import type { Executor } from '../../../kernel/index.ts';
import { effectiveBand } from './model/claim-order.ts';
import { Floors } from './model/floors.ts';
import { Ring } from './model/ring.ts';
import { Shares } from './model/shares.ts';
import { atSlot, type Slot } from './slots.ts';
import { type ClaimAllRow, claim, claimAll, claimOverdue, findOldest } from './sql/queries/queries.gen.ts';

export interface ClaimerSettings {
  readonly workerId: string;
  readonly queueId: number;
  readonly queueName: string;
  readonly leaseMs: number;
  /** Base priority of each band. */
  readonly bases: readonly number[];
  /** Shares of processing time of the effective bands. */
  readonly weights: readonly number[];
  /** Jobs of a tenant in a turn, for each unit of its weight. Default 2. */
  readonly turnSize?: number;
  /** What a run of a job type is expected to take. */
  readonly meanRunMs: (typeId: number) => number;
}

export interface ClaimRequest {
  readonly slot: Slot;
  /** How many jobs at most. */
  readonly wanted: number;
  /** No job of a band has been due for longer than since then. Default: what the watch over the queue says, or a look at all lanes. */
  readonly oldest?: readonly (Date | undefined)[];
  /** Job types that stay where they are: those this process has no handler for. */
  readonly withoutTypes: readonly number[];
  /** Share of the claims that goes to jobs that wait for over two hours, the longest first. Default 0. */
  readonly overdueShare?: number;
  /** Weights of tenants that do not have 1. */
  readonly tenantWeights?: Readonly<Record<string, number>>;
}

export interface ClaimedJob {
  readonly tenantId: string;
  readonly id: string;
  readonly due: Date;
  readonly band: number;
  /** The band it competed in, by its age; its run time is charged there. */
  readonly effective: number;
  readonly typeId: number;
  /** Runs it had used before this one. */
  readonly attempt: number;
  readonly crashCount: number;
  /** What its run is charged with until it ends. */
  readonly expectedMs: number;
  /** Undefined where the record of the job is gone: there is nothing to run. */
  readonly record:
    | {
        readonly maxAttempts: number;
        readonly payloadVersion: number;
        readonly payload: unknown;
        /** What its end has to settle; whoever runs it adds what it takes. */
        follow: unknown;
        readonly trace: string | null;
      }
    | undefined;
}

/** A leased batch: its jobs in the order of running; the position of a job, from 1, is its name within the lease. */
export interface Claim {
  readonly leaseId: string;
  readonly jobs: readonly ClaimedJob[];
}

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
    const claimed =
      (await this.#takeOverdue(executor, request)) ||
      (state.isShallow && (await this.#takeAll(executor, request))) ||
      (await this.#takeTurns(executor, request, state));
    state.isShallow = claimed.jobs.length < request.wanted;
    return claimed.leaseId === undefined ? undefined : { leaseId: claimed.leaseId, jobs: claimed.jobs };
  }

  /** Corrects what was charged for a job by what its run took. */
  ran(job: ClaimedJob, ranMs: number): void {
    this.#shares.correct(job.effective, job.expectedMs, ranMs);
  }

  /** Whole claims instead of a part of each: the same share over time, and one statement. Undefined: it is not their turn, or nobody is overdue. */
  async #takeOverdue(executor: Executor, request: ClaimRequest): Promise<Taken | undefined> {
    this.#owedToOverdue = Math.min(1, this.#owedToOverdue + (request.overdueShare ?? 0));
    if (this.#owedToOverdue < 1) return undefined;
    this.#owedToOverdue = 0;
    const rows = await claimOverdue.all(executor, this.#params(request));
    if (rows.length === 0) return undefined;
    const now = Date.now();
    const taken = toTaken(rows, (row) => this.#job(row, effectiveBand(row.band, now - Date.parse(row.due), this.#settings.bases)));
    for (const effective of this.#settings.bases.keys()) {
      if (taken.jobs.some((job) => job.effective === effective)) this.#charge(effective, taken.jobs);
    }
    return taken;
  }

  /** Undefined: there is more than wanted. */
  async #takeAll(executor: Executor, request: ClaimRequest): Promise<Taken | undefined> {
    const rows = await claimAll.all(executor, this.#params(request));
    const [head] = rows;
    if (!head || head.depth > request.wanted) return undefined;
    const now = Date.now();
    const taken = toTaken(rows, (row) => {
      return this.#job(row, effectiveBand(row.band, now - Date.parse(row.due), this.#settings.bases));
    });
    for (const effective of this.#settings.bases.keys()) this.#charge(effective, taken.jobs);
    return taken;
  }

  async #takeTurns(executor: Executor, request: ClaimRequest, state: SlotState): Promise<Taken> {
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
          turnSize: ring.turnSize(this.#settings.turnSize ?? 2, share),
          parts: ring.parts(floors.of(effective, atMs)),
        },
      ];
    });
    const parts = places.flatMap(({ parts }, n) => parts.map((part) => ({ ...part, place: n + 1 })));
    const rows = await claim.all(executor, {
      ...this.#params(request),
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
    const taken = toTaken(rows, (row) => {
      floors.taken(row.band, row.tenant_id, row);
      return this.#job(row, row.effective);
    });
    let left = request.wanted;
    for (const { effective, ring } of places) {
      // The claim was full before it came here.
      if (left <= 0) break;
      const turns = rows.filter((row) => row.effective === effective);
      const gave = turns.filter(({ id }) => id !== null);
      left -= gave.length;
      ring.moveTo(turns.at(-1)?.tenant_id, new Set(gave.map(({ tenant_id }) => tenant_id)));
      if (turns.length === 0 || gave.length > 0) this.#charge(effective, taken.jobs);
    }
    return taken;
  }

  #params({ wanted, withoutTypes }: ClaimRequest) {
    const { workerId, queueId, queueName, leaseMs } = this.#settings;
    return { worker_id: workerId, queue_id: queueId, queue_name: queueName, lease_ms: leaseMs, wanted, without_types: withoutTypes };
  }

  #charge(effective: number, jobs: readonly ClaimedJob[]): void {
    const own = jobs.filter((job) => job.effective === effective);
    this.#shares.charge(
      effective,
      own.length,
      own.reduce((sum, { expectedMs }) => sum + expectedMs, 0),
    );
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
        floors: new Floors(),
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

interface Taken {
  readonly leaseId: string | undefined;
  readonly jobs: readonly ClaimedJob[];
}

/** Rows without an id name turns that gave nothing. */
function toTaken<R extends Row>(rows: readonly R[], toJob: (row: R & JobRow) => ClaimedJob): Taken {
  const jobs = rows.filter((row) => row.id !== null).map((row) => toJob(row as R & JobRow));
  return { leaseId: jobs.length > 0 ? (rows[0]?.lease_id ?? undefined) : undefined, jobs };
}
