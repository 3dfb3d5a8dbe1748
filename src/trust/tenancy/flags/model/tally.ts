import { isFault } from './outcome.ts';

/** Work under a flag: which step was in force, and whether the tenant had it. */
export interface Under {
  readonly name: string;
  readonly step: number;
  readonly isOn: boolean;
}

export interface Outcome extends Under {
  readonly calls: number;
  readonly failures: number;
}

/** Counts how work ended until it is reported. */
export class Tally {
  #counts = new Map<string, Outcome>();

  succeeded(under: Under): void {
    this.put([{ ...under, calls: 1, failures: 0 }]);
  }

  threw(under: Under, error: unknown): void {
    const fault = isFault(error);
    if (fault !== undefined) this.put([{ ...under, calls: 1, failures: fault ? 1 : 0 }]);
  }

  put(outcomes: readonly Outcome[]): void {
    for (const { name, step, isOn, calls, failures } of outcomes) {
      const key = `${name} ${step} ${isOn}`;
      const before = this.#counts.get(key) ?? { calls: 0, failures: 0 };
      this.#counts.set(key, { name, step, isOn, calls: before.calls + calls, failures: before.failures + failures });
    }
  }

  /** All there is; counts from zero again. */
  drain(): readonly Outcome[] {
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    return counts;
  }
}
