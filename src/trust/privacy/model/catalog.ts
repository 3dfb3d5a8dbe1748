import type { TablePlace, ValueClass } from './types.ts';

/** A table or view as the catalog describes it. */
export interface ScannedTable {
  readonly place: TablePlace;
  readonly isView: boolean;
  /** 0 while nobody has counted. */
  readonly rowEstimate: number;
  readonly blockCount: number;
  readonly columns: readonly ScannedColumn[];
}

export interface ScannedColumn {
  readonly name: string;
  readonly holds: ValueClass;
  readonly isArray: boolean;
  /** Whether its values can say anything. */
  readonly isSampled: boolean;
  /** Of a column of a view: tables with a column of that name on which the view depends. */
  readonly sources: readonly { readonly schema: string; readonly table: string }[];
}
