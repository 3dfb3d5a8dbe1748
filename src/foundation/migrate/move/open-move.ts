import type { Clock } from '../../../kernel/index.ts';
import type { Sides } from './sides.ts';
import type { ListMovesRow } from './sql/queries/queries.gen.ts';
import type { ChangedTable, ChangeSource, MoveDefinition } from './types.ts';

/** A move at work, by the only one who works on it. */
export interface OpenMove {
  readonly id: string;
  readonly name: string;
  readonly definition: MoveDefinition;
  /** As it stood when the work began. */
  readonly row: ListMovesRow;
  readonly sides: Sides;
  readonly changes: ChangeSource;
  /** The source as the change log knows it. */
  readonly move: ChangedTable;
  readonly signal: AbortSignal;
  progress(line: string): void;
}

export interface Patience {
  readonly clock: Clock;
  /** How long a lock on the source is tried for. */
  readonly deadlineMs: number;
}
