import type { Endpoint } from '../../../../foundation/cluster/index.ts';
import type { Witness, WorkRequest } from '../../../../foundation/connect/index.ts';
import { isUuid, nilUuid, type Tier } from '../../../../kernel/index.ts';
import type { WalShares } from './wal-shares.ts';

/** What a tenant had of a tier since it was last taken. */
export interface Counted {
  readonly tenantId: string;
  readonly tier: Tier;
  readonly queries: number;
  readonly rows: number;
  readonly executionMs: number;
  readonly heldMs: number;
  readonly poolWaitMs: number;
  /** Null where none was seen. */
  readonly walBytes: number | null;
}

/** Who wrote what in the database of a tier, or in that of a tenant that has its own. */
type SharesOf = (tier: Tier, place: Endpoint | undefined) => WalShares<Counter>;

/** Counts one tenant in one tier, for all of its transactions in this process. */
export class Counter implements Witness {
  readonly tenantId: string;
  readonly tier: Tier;
  /** Who sees a transaction that cannot write, and one that can. */
  readonly reading: readonly Witness[];
  readonly writing: readonly Witness[];
  readonly #onFirst: (counter: Counter) => void;
  #isListed = false;
  #queries = 0;
  #rows = 0;
  #executionMs = 0;
  #heldMs = 0;
  #poolWaitMs = 0;
  #walBytes: number | null = null;

  /** `onFirst` is called with the first thing counted since the last `take`. */
  constructor(tenantId: string, tier: Tier, sharesOf: SharesOf, onFirst: (counter: Counter) => void) {
    this.tenantId = tenantId;
    this.tier = tier;
    this.#onFirst = onFirst;
    this.reading = [this];
    this.writing = [this, { ended: ({ backendPid, heldMs, place }) => sharesOf(tier, place).wrote(backendPid, this, heldMs) }];
  }

  waited(waitMs: number): void {
    this.#list();
    this.#poolWaitMs += waitMs;
  }

  ran(_: unknown, { rowCount }: { readonly rowCount: number | null }, durationMs: number): void {
    this.copied(rowCount ?? 0, durationMs);
  }

  copied(rowCount: number, durationMs: number): void {
    this.#list();
    this.#queries++;
    this.#rows += rowCount;
    this.#executionMs += durationMs;
  }

  failed(error: unknown, durationMs: number): unknown {
    this.copied(0, durationMs);
    return error;
  }

  ended({ heldMs }: { readonly heldMs: number }): void {
    this.#list();
    this.#heldMs += heldMs;
  }

  wrote(walBytes: number): void {
    this.#list();
    this.#walBytes = (this.#walBytes ?? 0) + walBytes;
  }

  /** What was counted since the last time. */
  take(): Counted {
    const { tenantId, tier } = this;
    const taken = {
      ...{ tenantId, tier, queries: this.#queries, rows: this.#rows, executionMs: this.#executionMs },
      ...{ heldMs: this.#heldMs, poolWaitMs: this.#poolWaitMs, walBytes: this.#walBytes },
    };
    this.#isListed = false;
    this.#queries = this.#rows = this.#executionMs = this.#heldMs = this.#poolWaitMs = 0;
    this.#walBytes = null;
    return taken;
  }

  giveBack(counted: Counted): void {
    this.#list();
    this.#queries += counted.queries;
    this.#rows += counted.rows;
    this.#executionMs += counted.executionMs;
    this.#heldMs += counted.heldMs;
    this.#poolWaitMs += counted.poolWaitMs;
    if (counted.walBytes !== null) this.wrote(counted.walBytes);
  }

  #list(): void {
    if (this.#isListed) return;
    this.#isListed = true;
    this.#onFirst(this);
  }
}

/** Counts what this process runs for whom. Of a statement it costs some additions, of a transaction one look into a map. */
export class Meter {
  readonly #counters = new Map<Tier, Map<string, Counter>>();
  readonly #sharesOf: SharesOf;
  #listed: Counter[] = [];

  constructor(sharesOf: SharesOf) {
    this.#sharesOf = sharesOf;
  }

  /** Who has to see a transaction: nobody where it is the owner's, who stands outside tenants and has pools of its own. */
  watch({ as, tier, isReadOnly }: WorkRequest): readonly Witness[] {
    if (as === 'owner') return [];
    const counter = this.#counter(tier, as === 'system' ? nilUuid : as.tenantId);
    if (!counter) return [];
    return isReadOnly ? counter.reading : counter.writing;
  }

  /** Everything counted since the last time, each tenant once a tier, save one whose transaction lasted over the time before. */
  take(): readonly Counted[] {
    const listed = this.#listed;
    this.#listed = [];
    // A counter that nothing was added to is let go of; a transaction that still has it lists it again.
    const live = new Set(listed);
    for (const counters of this.#counters.values()) {
      for (const [tenantId, counter] of counters) if (!live.has(counter)) counters.delete(tenantId);
    }
    return listed.map((counter) => counter.take());
  }

  /** What was taken and could not be written. */
  giveBack(counted: readonly Counted[]): void {
    for (const one of counted) this.#counter(one.tier, one.tenantId)?.giveBack(one);
  }

  #counter(tier: Tier, written: string): Counter | undefined {
    let counters = this.#counters.get(tier);
    if (!counters) {
      counters = new Map();
      this.#counters.set(tier, counters);
    }
    // Most write it as the database does.
    const found = counters.get(written);
    if (found) return found;
    // What is no id is refused before it gets anywhere.
    if (!isUuid(written)) return undefined;
    const tenantId = written.toLowerCase();
    const counter = counters.get(tenantId) ?? new Counter(tenantId, tier, this.#sharesOf, (one) => this.#listed.push(one));
    counters.set(tenantId, counter);
    return counter;
  }
}
