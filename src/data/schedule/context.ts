import type { Connect, Transaction } from '../../foundation/connect/index.ts';
import type { Clock, DeclaredSchedule, EventBus, Log } from '../../kernel/index.ts';
import type { Queue } from '../queue/index.ts';

export interface ScheduleDeps {
  readonly connect: Connect;
  readonly queue: Pick<Queue, 'define' | 'definitions'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  /** What manifests declare, each with the name of its owner. */
  readonly declared: readonly (DeclaredSchedule & { readonly by: string })[];
}

export type AsOwner = <T>(tag: string, work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** Schedules and their runs are written by the platform alone, in the database of the queue. */
export const asOwner =
  (connect: Connect): AsOwner =>
  (what, work) =>
    connect.transaction({ tier: 'queue', as: 'owner', tag: `schedule.${what}` }, work);
