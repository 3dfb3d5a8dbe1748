import type { Tier } from '../../../../kernel/index.ts';

export interface DictionaryColumn {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  /** Expression of the default, or of a generated column. */
  readonly default?: string;
  readonly comment?: string;
}

export interface DictionaryKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** `schema.table`. */
  readonly target: string;
  readonly targetColumns: readonly string[];
}

/** Something with a name and a definition as PostgreSQL writes it: a constraint, an index, a policy, a trigger. */
export interface DictionaryPart {
  readonly name: string;
  readonly definition: string;
}

export interface DictionaryTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned table' | 'view' | 'materialized view' | 'foreign table';
  readonly comment?: string;
  /** Row security is on and holds for the owner too. */
  readonly isProtected: boolean;
  readonly columns: readonly DictionaryColumn[];
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly DictionaryKey[];
  readonly constraints: readonly DictionaryPart[];
  readonly indexes: readonly DictionaryPart[];
  readonly policies: readonly DictionaryPart[];
}

export interface DictionaryFunction {
  readonly schema: string;
  /** With the types of its arguments. */
  readonly signature: string;
  readonly comment?: string;
}

/** What a tier holds, in words for people. Sorted by name, so that the same schema gives the same bytes. */
export interface Dictionary {
  readonly tier: Tier;
  /** Hash of the schema it was read from. */
  readonly schemaHash: string;
  readonly tables: readonly DictionaryTable[];
  readonly functions: readonly DictionaryFunction[];
}

export const nameOf = ({ schema, name }: { readonly schema: string; readonly name: string }) => `${schema}.${name}`;
