import type { Connect } from '../../foundation/connect/index.ts';
import type { Clock, Log } from '../../kernel/index.ts';
import type { Tenancy } from '../../trust/tenancy/index.ts';
import { openDefinitions } from './definitions/index.ts';
import { openEnqueue } from './enqueue/index.ts';
import type { Outbox, Queue } from './model/types.ts';
import type { QueueOptions } from './options.ts';

export interface QueueDeps {
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbox?: () => Outbox | undefined;
}

/** Opens the job queue of a platform. */
export async function openQueue(deps: QueueDeps, _options: QueueOptions): Promise<Queue> {
  const definitions = openDefinitions(deps);
  const enqueue = openEnqueue({ ...deps, definitions, outbox: deps.outbox ?? (() => undefined) });
  return {
    ...enqueue,
    definitions,
    define: (definition) => definitions.define(definition),
    declare: (declaration) => definitions.declare(declaration),
    [Symbol.asyncDispose]: () => enqueue[Symbol.asyncDispose](),
  };
}
