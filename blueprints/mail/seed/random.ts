/** Numbers that follow from a seed and keys alone, so that any row can be made without the rows before it. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  below(below: number): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Milliseconds, mostly near `median`, sometimes many times that: how long people take. */
  delayMs(medianMs: number): number;
}

/** Mulberry32 over a mix of the seed and the keys (FNV-1a with a final avalanche). */
export function randomFor(seed: number, ...keys: readonly (string | number)[]): Random {
  let state = 0x811c9dc5 ^ seed;
  for (const key of keys) {
    for (const character of `${key}\0`) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
    delayMs: (medianMs) => medianMs * Math.exp(1.1 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  };
}

/** A uuid of version 7 that follows from its arguments: time in front, then what tells rows of one time apart. */
export function idFor(timeMs: number, kind: number, number: number): string {
  const time = Math.floor(timeMs).toString(16).padStart(12, '0');
  const tail = number.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${kind.toString(16).padStart(3, '0')}-8000-${tail}`;
}
