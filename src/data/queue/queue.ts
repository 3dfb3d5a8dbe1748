import type { Connect } from '../../foundation/connect/index.ts';
import type { Clock, Log } from '../../kernel/index.ts';
import type { Tenancy } from '../../trust/tenancy/index.ts';
import { queueErrors } from './errors.ts';
import type { JobDefinition, JobKind, Queue } from './model/types.ts';
import type { QueueOptions } from './options.ts';

export interface QueueDeps {
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens the job queue of a platform. */
export async function openQueue(_deps: QueueDeps, _options: QueueOptions): Promise<Queue> {
  const definitions = new Map<string, unknown>();
  return {
    define<P>(definition: JobDefinition<P>): JobKind<P> {
      if (definitions.has(definition.name)) throw queueErrors.DEFINED_TWICE({ name: definition.name });
      definitions.set(definition.name, definition);
      return { name: definition.name, definition };
    },
    async declare() {},
    [Symbol.asyncDispose]: async () => {},
  };
}
