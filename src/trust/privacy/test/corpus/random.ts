/** The same values from the same seed, everywhere (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** 0 ≤ x < 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  of<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }

  /** As many characters of an alphabet. */
  text(length: number, alphabet: string): string {
    return Array.from({ length }, () => this.of([...alphabet])).join('');
  }

  /** `#` becomes a digit, `@` a capital, all else stays. */
  form(pattern: string): string {
    return pattern.replace(/[#@]/g, (sign) => (sign === '#' ? String(this.between(0, 9)) : String.fromCharCode(this.between(65, 90))));
  }

  /** Draws until one passes. */
  until(draw: () => string, passes: (value: string) => boolean): string {
    for (;;) {
      const value = draw();
      if (passes(value)) return value;
    }
  }
}
