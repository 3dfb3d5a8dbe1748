import { type Log, messageOf } from '../../../kernel/index.ts';
import type { Item } from './item.ts';
import type { Line } from './line.ts';
import { countSnoozes } from './sql/queries/queries.gen.ts';

export const mostSnoozes = 1_000;

/** Counts how often handlers put their jobs back: one that waits for what never comes is to be seen. Those of one turn go together. */
export class Snoozes {
  readonly #deps: { readonly line: Line; readonly log: Log };
  #waiting: Item[] = [];
  #counting: Promise<ReadonlySet<string>> | undefined;

  constructor(deps: { readonly line: Line; readonly log: Log }) {
    this.#deps = deps;
  }

  /** Whether it may be put back once more. */
  async count(item: Item): Promise<boolean> {
    this.#waiting.push(item);
    this.#counting ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#count());
    return (await this.#counting).has(item.job.id);
  }

  async #count(): Promise<ReadonlySet<string>> {
    const jobs = this.#waiting.map(({ job }) => job);
    this.#waiting = [];
    this.#counting = undefined;
    const ids = jobs.map(({ id }) => id);
    try {
      const session = await this.#deps.line.session();
      const counted = await countSnoozes.all(session, { tenant_ids: jobs.map(({ tenantId }) => tenantId), ids, most: mostSnoozes });
      return new Set(counted.map(({ id }) => id));
    } catch (error) {
      // One that is not counted does no harm.
      this.#deps.log.debug('snoozes could not be counted', { error: messageOf(error), jobs: ids.length });
      return new Set(ids);
    }
  }
}
