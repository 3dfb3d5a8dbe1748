import type { Endpoint, PlacedTenant, TenantDirectory } from '../../../foundation/cluster/index.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import { hasCode, type Log, messageOf, type Tier } from '../../../kernel/index.ts';
import { findPlace, ownedBy, type PlacesDeps } from './places.ts';
import { listPlacements } from './sql/queries/queries.gen.ts';
import type { Place } from './types.ts';

/** How often other processes' moves are looked for; whoever comes to the old place is told at once. */
export const placementWatchIntervalMs = 5_000;
/** How long work waits for a tenant that is going to another database. */
const patienceMs = 5_000;
const pollMs = 20;

interface Placed extends Place {
  readonly slug: string;
}

/** Which tenants are placed, and where, in memory: asked before each transaction. The database decides, this only spares the way. */
export class Placements implements TenantDirectory {
  readonly #connect: Connect;
  readonly #log: Log;
  readonly #deps: PlacesDeps | undefined;
  readonly #others: () => readonly TenantDirectory[];
  #placed: ReadonlyMap<string, Placed> = new Map();
  #refreshing: Promise<void> | undefined;

  /** `others`: directories of tenants that the registry does not know as placed. */
  constructor(connect: Connect, log: Log, deps: PlacesDeps | undefined, others: () => readonly TenantDirectory[]) {
    this.#connect = connect;
    this.#log = log;
    this.#deps = deps;
    this.#others = others;
  }

  placeOf(tenantId: string, tier: Tier): Endpoint | undefined {
    if (tier !== 'oltp' || this.#placed.size === 0) return undefined;
    return this.#placed.get(tenantId.toLowerCase())?.endpoint;
  }

  /** Of all that are placed, each once. */
  places(): readonly Place[] {
    return [...this.#placed.values()];
  }

  async placed(): Promise<readonly PlacedTenant[]> {
    const deps = this.#deps;
    await this.refresh();
    const others = await Promise.all(this.#others().map((directory) => directory.placed()));
    const ours = deps ? [...this.#placed.values()].map(async (place) => ({ id: place.slug, endpoint: await ownedBy(deps, place) })) : [];
    return [...(await Promise.all(ours)), ...others.flat()];
  }

  /** Several at once read once. */
  refresh(signal?: AbortSignal): Promise<void> {
    this.#refreshing ??= this.#read(signal).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #read(signal?: AbortSignal): Promise<void> {
    const deps = this.#deps;
    if (!deps) return;
    const request = { tier: 'oltp', as: 'owner', tag: 'tenancy.placements', isReadOnly: true, ...(signal && { signal }) } as const;
    const rows = await this.#connect.transaction(request, (tx) => listPlacements.all(tx, {}));
    const known = new Map([...this.#placed.values()].map((place) => [place.name, place]));
    const placed = new Map<string, Placed>();
    for (const { id, slug, placement } of rows) {
      try {
        placed.set(id, known.get(placement) ?? { ...findPlace(deps, placement), slug });
      } catch (error) {
        // Its people are refused by the shared database until this is put right; everybody else works on.
        this.#log.error(`tenant ${slug} cannot be reached in ${placement}`, { error: messageOf(error) });
      }
    }
    this.#placed = placed;
  }

  /** For connect, after a refusal: see `SessionContext.isElsewhere`. */
  async isElsewhere(
    error: unknown,
    { waitedMs, signal }: { readonly waitedMs: number; readonly signal: AbortSignal },
    sleep: (ms: number, signal: AbortSignal) => Promise<unknown>,
  ): Promise<boolean> {
    if (!hasCode(error, 'PLINTH_TENANCY_MOVED') && !hasCode(error, 'PLINTH_TENANCY_MOVING')) return false;
    if (waitedMs > patienceMs) return false;
    await sleep(pollMs, signal);
    await this.refresh();
    return true;
  }
}
