import type { Floor } from './ring.ts';

interface Lane {
  readonly tenantId: string;
  taken: number;
  floor: Floor | undefined;
}

// Jobs taken from a lane from which on its dead head, about a page of the index for each 90, is worth skipping; lanes that are skipped at once;
// and how long a floor holds: what is put below one waits that long.
const hotAt = 200;
const most = 32;
const heldMs = 1_000;
const forgottenMs = 60_000;

/**
 * How far deep lanes have been taken. Jobs leave the index only with the next vacuum: until then, whoever looks for the head of a lane walks over
 * all that were taken before, unless he knows where to begin.
 */
export class Floors {
  readonly #bands: number;
  #lanes: readonly Map<string, Lane>[];
  /** Those among them that are worth skipping, by band. */
  #hot: readonly Set<Lane>[];
  #dropped = 0;
  #forgotten = 0;

  constructor(bands: number) {
    this.#bands = bands;
    this.#lanes = bandsOf(bands, () => new Map());
    this.#hot = bandsOf(bands, () => new Set());
  }

  /** Lanes of a band that are worth skipping, by tenant; `atMs` is any clock that goes forward. */
  of(band: number, atMs: number): ReadonlyMap<string, Floor> {
    if (atMs - this.#forgotten >= forgottenMs) {
      this.#lanes = bandsOf(this.#bands, () => new Map());
      this.#hot = bandsOf(this.#bands, () => new Set());
      this.#forgotten = atMs;
      this.#dropped = atMs;
    } else if (atMs - this.#dropped >= heldMs) {
      for (const hot of this.#hot) for (const lane of hot) lane.floor = undefined;
      this.#dropped = atMs;
    }
    const floors = new Map<string, Floor>();
    for (const { tenantId, floor } of this.#hot[band] ?? []) {
      if (floor) floors.set(tenantId, floor);
      if (floors.size === most) break;
    }
    return floors;
  }

  /** A job was taken, and those before it in its lane. */
  taken(job: { readonly band: number; readonly tenant_id: string } & Floor): void {
    const lanes = this.#lanes[job.band] as Map<string, Lane>;
    const lane = lanes.get(job.tenant_id);
    if (!lane) {
      lanes.set(job.tenant_id, { tenantId: job.tenant_id, taken: 1, floor: undefined });
      return;
    }
    lane.floor = job;
    if (++lane.taken === hotAt) this.#hot[job.band]?.add(lane);
  }
}

const bandsOf = <T>(bands: number, make: () => T): readonly T[] => Array.from({ length: bands }, make);
