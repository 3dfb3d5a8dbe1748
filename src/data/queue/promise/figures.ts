import type { Connect } from '../../../foundation/connect/index.ts';
import type { Clock } from '../../../kernel/index.ts';
import { readFigures } from './sql/queries/queries.gen.ts';
import type { QueueFigures } from './types.ts';

/** Older ones are read again before anybody decides by them. */
export const figuresMaxAgeMs = 1_000;

// Nobody watches any more: what was true then decides nothing.
const forgottenAfterMs = 30_000;

interface Read {
  readonly figures: Omit<QueueFigures, 'ageMs'>;
  /** By the monotonic clock of this process. */
  readonly sampledMs: number;
}

/** What the one who watches has written of all queues, in memory of this process. */
export class Figures {
  readonly #connect: Connect;
  readonly #clock: Clock;
  #read: ReadonlyMap<number, Read> = new Map();
  #readMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor({ connect, clock }: { readonly connect: Connect; readonly clock: Clock }) {
    this.#connect = connect;
    this.#clock = clock;
  }

  /** As they were last read; undefined where nobody watches the queue. On the hot path. */
  of(queueId: number): QueueFigures | undefined {
    const found = this.#read.get(queueId);
    if (!found) return undefined;
    const ageMs = this.#clock.monotonicMs() - found.sampledMs;
    return ageMs < forgottenAfterMs ? { ...found.figures, ageMs } : undefined;
  }

  /** Reads them unless that was done within the last second; callers at the same time share one statement, so none of them can abort it. */
  fresh(): Promise<void> | undefined {
    if (this.#clock.monotonicMs() - this.#readMs < figuresMaxAgeMs) return undefined;
    this.#reading ??= this.#refresh().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #refresh(): Promise<void> {
    const request = { tier: 'queue', as: 'owner', tag: 'queue.figures', isReadOnly: true } as const;
    const rows = await this.#connect.transaction(request, (tx) => readFigures.all(tx, {}));
    const nowMs = this.#clock.monotonicMs();
    this.#read = new Map(
      rows.map((row) => [
        row.queue_id,
        {
          figures: {
            queueId: row.queue_id,
            depth: row.depth,
            weights: row.weights,
            oldest: row.oldest.map((due: Date | null) => due ?? undefined),
            overdueShare: row.overdue_share,
            predictedWaitMs: row.predicted_wait_ms ?? undefined,
          },
          sampledMs: nowMs - row.age_ms,
        },
      ]),
    );
    this.#readMs = nowMs;
  }
}
