import type { Patience } from '../run/index.ts';
import type { Sides } from './sides.ts';
import type { ListMovesRow } from './sql/queries/queries.gen.ts';
import type { ChangedTable, ChangeSource, MoveDefinition } from './types.ts';

/** A move at work, by the only one who works on it. */
export interface OpenMove extends Patience {
  readonly id: string;
  readonly name: string;
  readonly definition: MoveDefinition;
  /** As it stood when the work began. */
  readonly row: ListMovesRow;
  readonly sides: Sides;
  readonly changes: ChangeSource;
  /** The source as the change log knows it. */
  readonly move: ChangedTable;
  progress(line: string): void;
}
