import type { ColumnFacts } from './columns.ts';

export interface CatalogTable {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly ColumnFacts[];
}

export interface ForeignKey {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly definition: string;
  /** `pg_constraint.confdeltype`. */
  readonly onDelete: string;
  readonly columns: readonly string[];
  readonly parentSchema: string;
  readonly parentTable: string;
  readonly parentColumns: readonly string[];
}

export interface Catalog {
  readonly tables: readonly CatalogTable[];
  readonly foreignKeys: readonly ForeignKey[];
}
