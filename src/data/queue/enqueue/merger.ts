import type { Enqueued } from '../model/types.ts';
import type { NewJob } from './new-job.ts';

interface Waiting {
  readonly job: NewJob;
  resolve(enqueued: Enqueued): void;
  reject(error: unknown): void;
}

export interface MergerSettings {
  /** Jobs that are written by one statement at most. */
  readonly most: number;
  /** Statements at the same time at most. */
  readonly lanes: number;
  /** Gives the outcomes in order, of one that was kept out an error. All are written, or none. */
  write(jobs: readonly NewJob[]): Promise<readonly (Enqueued | Error)[]>;
  /** Whether one row of several may be to blame, so that the others are worth another try. */
  isOfRow(error: unknown): boolean;
}

/**
 * Makes one statement of calls at the same time. Nothing waits for a timer: a statement is sent as soon as fewer than `lanes` are under
 * way, with all that has come by then.
 */
export class Merger {
  readonly #settings: MergerSettings;
  #waiting: Waiting[] = [];
  #underway = 0;
  #isAwake = false;
  #onQuiet: (() => void) | undefined;

  constructor(settings: MergerSettings) {
    this.#settings = settings;
  }

  add(job: NewJob): Promise<Enqueued> {
    const outcome = new Promise<Enqueued>((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
    });
    if (!this.#isAwake && this.#underway < this.#settings.lanes) {
      this.#isAwake = true;
      // What the caller adds in the same breath goes along.
      queueMicrotask(() => {
        this.#isAwake = false;
        this.#fill();
      });
    }
    return outcome;
  }

  /** Resolves when all that was added has its outcome. */
  async quiet(): Promise<void> {
    if (this.#underway === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onQuiet = resolve;
    });
  }

  #fill(): void {
    const { lanes, most } = this.#settings;
    while (this.#waiting.length > 0 && this.#underway < lanes) {
      const batch = this.#waiting.length <= most ? this.#waiting : this.#waiting.slice(0, most);
      this.#waiting = this.#waiting.length <= most ? [] : this.#waiting.slice(most);
      this.#underway++;
      void this.#settle(batch).then(() => {
        this.#underway--;
        this.#fill();
        if (this.#underway === 0) this.#onQuiet?.();
      });
    }
  }

  /** Rejects nobody for another's row: a batch that fails for one is halved until it is alone. */
  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#settings.write(batch.map(({ job }) => job));
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index] as Enqueued | Error;
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      });
    } catch (error) {
      if (batch.length === 1 || !this.#settings.isOfRow(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const half = batch.length >> 1;
      await this.#settle(batch.slice(0, half));
      await this.#settle(batch.slice(half));
    }
  }
}
