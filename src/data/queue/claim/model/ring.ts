/** How far a lane has been taken: when its last job was due, as the database says it, to the microsecond, and its id. */
export interface Floor {
  readonly due: string;
  readonly id: string;
}

/** A range of tenants of a ring, `until` not included. Of its first tenant, jobs up to the floor are known to be taken. */
export interface Part {
  readonly from: string;
  readonly floor: Floor;
  readonly until: string;
}

const first = '00000000-0000-0000-0000-000000000000';
const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const none: Floor = { due: '-infinity', id: first };

// Claims over whose tenants the ring is taken to consist of.
const remembered = 4;

/** The ring of tenants of one effective band: where it stands, and who had turns of late. */
export class Ring {
  #next = first;
  #recent: ReadonlySet<string>[] = [];

  /** Jobs that a tenant gives in its turn: `least`, and more where so few tenants wait that a round of that does not fill its share. */
  turnSize(least: number, share: number): number {
    if (this.#recent.some(({ size }) => size * least >= share)) return least;
    const tenants = new Set(this.#recent.flatMap((turns) => [...turns])).size;
    return tenants === 0 ? least : Math.max(least, Math.ceil(share / tenants));
  }

  /** Its ranges, beginning with who comes next: cut where a lane begins that has been taken from so much that its head is worth skipping. */
  parts(floors: ReadonlyMap<string, Floor>): readonly Part[] {
    const cuts = [...floors.keys()].sort();
    const range = (from: string, until: string) => {
      const inside = cuts.filter((tenantId) => tenantId > from && tenantId < until);
      return [from, ...inside].map((start, n) => ({ from: start, floor: floors.get(start) ?? none, until: inside[n] ?? until }));
    };
    return this.#next === first ? range(first, last) : [...range(this.#next, last), ...range(first, this.#next)];
  }

  /** Goes on behind the tenant that had its turn last. `served`: those that gave jobs; none means that nobody is waiting. */
  moveTo(last: string | undefined, served: ReadonlySet<string>): void {
    if (last !== undefined) this.#next = successor(last);
    this.#recent = served.size === 0 ? [] : [served, ...this.#recent.slice(0, remembered - 1)];
  }
}

/** The uuid after this one. */
function successor(uuid: string): string {
  const hex = (BigInt(`0x${uuid.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
