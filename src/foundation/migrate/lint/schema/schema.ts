import type { Tree } from '../../parse/index.ts';
import type { ColumnType } from '../vocabulary.ts';

// What the files say that a database has. Names are as `written` spells them; what no file made is not here.

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly isNotNull: boolean;
  readonly hasDefault: boolean;
  readonly generated?: 'stored' | 'virtual';
  /** The migration that made it. */
  readonly migration: string;
}

export interface Constraint {
  readonly name: string;
  readonly isNamed: boolean;
  readonly kind: 'primary' | 'unique' | 'foreign' | 'check' | 'exclusion' | 'not null';
  readonly columns: readonly string[];
  readonly isValid: boolean;
  readonly isEnforced: boolean;
  /** Of a foreign key: the table it points to. */
  readonly references?: string;
  readonly isCascading?: boolean;
  /** Of a check. */
  readonly expression?: unknown;
  readonly usingIndex?: string;
  readonly hasPeriod?: boolean;
  readonly node: Tree;
}

export interface Index {
  readonly name: string;
  /** Expressions count as columns without a name. */
  readonly columns: readonly string[];
  readonly method: string;
  readonly isUnique: boolean;
  readonly isPartial: boolean;
}

export interface Table {
  readonly name: string;
  readonly kind: 'table' | 'partitioned' | 'view' | 'materialized view';
  readonly isTemporary: boolean;
  /** The migration that made it. */
  readonly migration: string;
  readonly columns: Map<string, Column>;
  readonly constraints: Map<string, Constraint>;
  readonly indexes: Map<string, Index>;
  readonly partitionKey: readonly string[];
  /** The partitioned table it is a part of. */
  parent?: string;
  defaultPartition?: string;
  hasRowSecurity: boolean;
  isForced: boolean;
  policies: number;
  readonly comments: Set<string>;
}

export interface Schema {
  readonly tables: Map<string, Table>;
  /** The table of an index. */
  readonly tableOfIndex: Map<string, string>;
  readonly functions: Map<string, readonly Routine[]>;
  readonly domains: Map<string, { readonly isConstrained: boolean }>;
}

export interface Routine {
  readonly migration: string;
  /** Types of the arguments that are its identity. */
  readonly arguments: string;
  readonly argumentNames: readonly string[];
  readonly returns: string;
  readonly isVolatile: boolean;
}

export const emptySchema = (): Schema => ({ tables: new Map(), tableOfIndex: new Map(), functions: new Map(), domains: new Map() });

/** Whether an index, key or unique constraint begins with these columns, in any order. */
export function hasIndexOn(table: Table, columns: readonly string[]): boolean {
  const covers = (keys: readonly string[]) => columns.every((column) => keys.slice(0, columns.length).includes(column));
  for (const index of table.indexes.values()) if (!index.isPartial && covers(index.columns)) return true;
  for (const one of table.constraints.values()) if ((one.kind === 'primary' || one.kind === 'unique') && covers(one.columns)) return true;
  return false;
}
