import type { Executor } from '../../../kernel/index.ts';
import { writeProgress } from './sql/queries/queries.gen.ts';

interface Progress {
  readonly tenantId: string;
  readonly jobId: string;
  readonly done: number;
  readonly total: number;
  readonly note: string | null;
}

const writeMs = 1_000;

/**
 * How far the runs of a worker have got: what was said last of each goes out together, once a second. What a killed worker said in its last
 * second is lost.
 */
export class ProgressBook {
  readonly #said = new Map<string, Progress>();
  readonly #session: () => Promise<Executor>;
  readonly #failed: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = -Infinity;

  constructor(session: () => Promise<Executor>, failed: (error: unknown) => void) {
    this.#session = session;
    this.#failed = failed;
  }

  /** A run that says nothing else for a second is seen at once. */
  say(progress: Progress): void {
    this.#said.set(progress.jobId, progress);
    this.#timer ??= setTimeout(() => void this.flush(), Math.max(0, writeMs - (performance.now() - this.#lastMs))).unref();
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const said = [...this.#said.values()];
    if (said.length === 0) return;
    this.#said.clear();
    this.#lastMs = performance.now();
    try {
      await writeProgress.run(await this.#session(), {
        tenant_ids: said.map(({ tenantId }) => tenantId),
        job_ids: said.map(({ jobId }) => jobId),
        done: said.map(({ done }) => done),
        totals: said.map(({ total }) => total),
        notes: said.map(({ note }) => note ?? ''),
      });
    } catch (error) {
      this.#failed(error);
    }
  }
}
