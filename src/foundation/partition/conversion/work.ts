import type { Clock, Executor } from '../../../kernel/index.ts';
import { quoteIdentifier } from '../../../kernel/index.ts';
import type { Session } from '../../connect/index.ts';
import type { Backfills } from '../../migrate/index.ts';
import type { ConversionPlan, Sides } from './model/plan.ts';

/** One conversion as it is worked on, by the only session that does. */
export interface Work<P extends ConversionPlan = ConversionPlan> {
  readonly id: string;
  readonly plan: P;
  readonly sides: Sides;
  readonly session: Session;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly lockDeadlineMs: number;
  readonly backfills: Backfills;
  /** Of the disk under the server; undefined where nobody knows. */
  freeBytes(): Promise<number | undefined>;
  progress(line: string): void;
}

/** Rows that have to be copied, from one table into another with the same columns. */
export interface Copy {
  /** Of the backfill. */
  readonly name: string;
  readonly source: Place;
  readonly target: Place;
}

export interface Place {
  readonly schema: string;
  readonly name: string;
}

/** What a route does at each step. All of it can be run again after it was killed in the middle. */
export interface Route<P extends ConversionPlan> {
  /** Outside of a transaction: what takes long and stops nobody. */
  build(work: Work<P>): Promise<void>;
  /** Makes the other side, which takes as long as it has partitions, and stops nobody who reads or writes the table. */
  prepare(work: Work<P>): Promise<void>;
  /** Tables to lock, SHARE ROW EXCLUSIVE, in `engage`. */
  engageLocks(work: Work<P>): Promise<readonly string[]>;
  /** What has to be on the table from then on: triggers, CHECKs. In the transaction of `prepare`, after it. */
  engage(work: Work<P>): Promise<void>;
  copies(work: Work<P>): readonly Copy[];
  /** Outside of a transaction, when everything is copied: proofs that would take long under the locks of the swap. */
  prove(work: Work<P>): Promise<void>;
  /** Both sides as one relation each, for verification; undefined where there is only one. */
  pair(work: Work<P>): { readonly source: string; readonly target: string; readonly condition: string } | undefined;
  /** Tables whose locks the swap needs, in order; the same for the way back. */
  swapLocks(work: Work<P>): Promise<readonly string[]>;
  /** In one transaction that holds them. */
  swap(work: Work<P>): Promise<void>;
  /** What needs no lock worth noticing and may take long. */
  settle(work: Work<P>, direction: 'forth' | 'back'): Promise<void>;
  /** Outside of a transaction, before the swap back. */
  buildBack(work: Work<P>): Promise<void>;
  swapBack(work: Work<P>): Promise<void>;
  /** Removes triggers and what is left in the schemas of the conversion, in a transaction. `isSwapped`: the new side stays. */
  discard(work: Work<P>, isSwapped: boolean): Promise<void>;
}

/** The table itself, and where each side stands while it is not the table. */
export function placesOf({ plan, sides }: Work): { readonly table: Place; readonly next: Place; readonly past: Place } {
  const at = (schema: string) => ({ schema, name: plan.name });
  return { table: at(plan.schema), next: at(sides.next), past: at(sides.past) };
}

export const qualified = ({ schema, name }: Place): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/** Statements without rows, one after the other; the driver sends them as one message. */
export async function execute(executor: Executor, statements: readonly string[]): Promise<void> {
  const texts = statements.filter((text) => text !== '');
  if (texts.length > 0) await executor.query({ text: texts.join(';\n') });
}
