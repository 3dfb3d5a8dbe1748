import type { Floor } from './ring.ts';

interface Lane {
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
  #lanes = new Map<string, Lane>();
  #dropped = 0;
  #forgotten = 0;

  /** Lanes of a band that are worth skipping, by tenant; `atMs` is any clock that goes forward. */
  of(band: number, atMs: number): ReadonlyMap<string, Floor> {
    if (atMs - this.#forgotten >= forgottenMs) {
      this.#lanes = new Map();
      this.#forgotten = atMs;
      this.#dropped = atMs;
    } else if (atMs - this.#dropped >= heldMs) {
      for (const lane of this.#lanes.values()) lane.floor = undefined;
      this.#dropped = atMs;
    }
    const floors = new Map<string, Floor>();
    for (const [key, { taken, floor }] of this.#lanes) {
      if (taken < hotAt || !floor || key.charCodeAt(0) !== band + 48) continue;
      floors.set(key.slice(1), floor);
      if (floors.size === most) break;
    }
    return floors;
  }

  /** A job was taken, and those before it in its lane. */
  taken(band: number, tenantId: string, floor: Floor): void {
    const key = `${band}${tenantId}`;
    const lane = this.#lanes.get(key);
    if (!lane) this.#lanes.set(key, { taken: 1, floor });
    else {
      lane.taken++;
      lane.floor = floor;
    }
  }
}
