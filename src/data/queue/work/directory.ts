import type { Executor } from '../../../kernel/index.ts';
import type { Definitions } from '../definitions/index.ts';
import type { JobDefinition } from '../model/types.ts';
import { listWork } from './sql/queries/queries.gen.ts';

export interface KnownQueue {
  readonly id: number;
  readonly name: string;
  readonly pool: string;
  readonly weights: readonly number[];
  readonly isPaused: boolean;
}
interface KnownType {
  readonly id: number;
  readonly name: string;
  readonly isPaused: boolean;
  readonly meanRunMs: number;
}

/** What this process knows of queues and job types, at most some seconds old. */
export class Directory {
  readonly #definitions: Pick<Definitions, 'defined' | 'sync'>;
  #queues = new Map<number, KnownQueue>();
  #types = new Map<number, KnownType>();
  #byType = new Map<number, JobDefinition<unknown>>();
  #withoutTypes: readonly number[] = [];
  #limitedQueues: ReadonlySet<string> = new Set();
  #pausedTenants: ReadonlySet<string> = new Set();
  #synced = 0;
  slot = 0;

  constructor(definitions: Pick<Definitions, 'defined' | 'sync'>) {
    this.#definitions = definitions;
  }

  get queues(): Iterable<KnownQueue> {
    return this.#queues.values();
  }
  /** Types that this process does not take: those that are paused, and those it has no handler for. */
  get withoutTypes(): readonly number[] {
    return this.#withoutTypes;
  }

  /** What is claimed of such a tenant goes back, and is parked. */
  isPaused(tenantId: string): boolean {
    return this.#pausedTenants.size > 0 && this.#pausedTenants.has(tenantId);
  }

  /** Whether jobs of it can have limits. */
  hasLimits({ name }: KnownQueue): boolean {
    return this.#limitedQueues.has(name);
  }

  definition(typeId: number): JobDefinition<unknown> | undefined {
    return this.#byType.get(typeId);
  }
  meanRunMs(typeId: number): number {
    return this.#types.get(typeId)?.meanRunMs ?? 10;
  }
  queueName(id: number): string {
    return this.#queues.get(id)?.name ?? String(id);
  }

  async refresh(executor: Executor): Promise<void> {
    const defined = this.#definitions.defined();
    if (defined.length > this.#synced) {
      await this.#definitions.sync();
      this.#synced = defined.length;
    }
    const { slot, queues, types, paused_tenants } = await listWork.one(executor, {});
    this.slot = slot;
    this.#pausedTenants = new Set(paused_tenants);
    this.#queues = new Map(
      (queues as readonly KnownQueue[]).map((queue) => {
        const before = this.#queues.get(queue.id)?.weights;
        const isSame = before?.every((weight, band) => weight === queue.weights[band]);
        return [queue.id, isSame && before ? { ...queue, weights: before } : queue];
      }),
    );
    this.#types = new Map((types as readonly KnownType[]).map((type) => [type.id, type]));
    this.#byType = new Map();
    const without: number[] = [];
    const definitions = new Map(defined.map((definition) => [definition.name, definition]));
    for (const type of this.#types.values()) {
      const definition = definitions.get(type.name);
      if (definition?.handler) this.#byType.set(type.id, definition);
      if (!definition?.handler || type.isPaused) without.push(type.id);
    }
    this.#withoutTypes = without;
    this.#limitedQueues = new Set([...this.#byType.values()].filter(({ limits }) => limits).map(({ queue }) => queue));
  }
}
