import type {
  ListAggregatesRow,
  ListCastsRow,
  ListCollationsRow,
  ListColumnsRow,
  ListConstraintsRow,
  ListDefaultPrivilegesRow,
  ListDomainsRow,
  ListEventTriggersRow,
  ListExtensionsRow,
  ListForeignDataWrappersRow,
  ListForeignTablesRow,
  ListIndexesRow,
  ListOperatorClassesRow,
  ListOperatorFamiliesRow,
  ListOperatorsRow,
  ListPoliciesRow,
  ListPublicationsRow,
  ListRoutinesRow,
  ListRulesRow,
  ListSchemasRow,
  ListSequencesRow,
  ListServersRow,
  ListStatisticsRow,
  ListTablesRow,
  ListTextSearchConfigurationsRow,
  ListTextSearchDictionariesRow,
  ListTriggersRow,
  ListTypesRow,
  ListUserMappingsRow,
  ListViewsRow,
} from '../sql/queries/queries.gen.ts';

/** Privileges by grantee, e.g. `{ plinth_app: ['INSERT', 'SELECT'] }`; `ALL` where it is all there are. Absent: the default of the kind. */
export type Acl = Readonly<Record<string, readonly string[]>>;

/** A row of the catalog without its numbers and without what is at its default: false, null and empty lists are left out. */
type Kept<Row> = { readonly [K in keyof Row as Row[K] extends string | number ? K : never]: Row[K] } & {
  readonly [K in keyof Row as Row[K] extends string | number ? never : K]?: NonNullable<Row[K]>;
};
type Body<Row> = Kept<Omit<Row, 'oid' | 'relation' | 'name' | 'acl'>>;
type Granted<Row> = Body<Row> & { readonly acl?: Acl };

export type ColumnBody = Granted<ListColumnsRow>;
interface WithColumns {
  /** By name as SQL spells it. Their order is not part of the body: see `columnOrder`. */
  readonly columns: Readonly<Record<string, ColumnBody>>;
}
export interface DomainConstraint {
  readonly definition: string;
  readonly isNotValid?: true;
  readonly comment?: string;
}

/** What is recorded of an object, by kind; made by the queries in `sql/queries`, whose columns name the properties. */
export interface Bodies {
  readonly schema: Granted<ListSchemasRow>;
  readonly table: Granted<ListTablesRow> & WithColumns;
  readonly view: Omit<Granted<ListViewsRow>, 'isMaterialized'> & WithColumns;
  readonly 'materialized view': Omit<Granted<ListViewsRow>, 'isMaterialized'> & WithColumns;
  readonly sequence: Granted<ListSequencesRow>;
  readonly type: Granted<ListTypesRow> & Partial<WithColumns>;
  readonly domain: Omit<Granted<ListDomainsRow>, 'constraints'> & { readonly constraints?: Readonly<Record<string, DomainConstraint>> };
  readonly function: Omit<Granted<ListRoutinesRow>, 'isProcedure'>;
  readonly procedure: Omit<Granted<ListRoutinesRow>, 'isProcedure'>;
  readonly constraint: Body<ListConstraintsRow>;
  readonly index: Body<ListIndexesRow>;
  readonly trigger: Body<ListTriggersRow>;
  readonly policy: Body<ListPoliciesRow>;
  readonly rule: Body<ListRulesRow>;
  readonly statistics: Body<ListStatisticsRow>;
  readonly collation: Body<ListCollationsRow>;
  readonly aggregate: Granted<ListAggregatesRow>;
  readonly operator: Body<ListOperatorsRow>;
  readonly 'operator family': Body<ListOperatorFamiliesRow>;
  readonly 'operator class': Body<ListOperatorClassesRow>;
  readonly cast: Body<ListCastsRow>;
  readonly 'text search dictionary': Body<ListTextSearchDictionariesRow>;
  readonly 'text search configuration': Body<ListTextSearchConfigurationsRow>;
  readonly 'foreign data wrapper': Granted<ListForeignDataWrappersRow>;
  readonly server: Granted<ListServersRow>;
  readonly 'user mapping': Body<ListUserMappingsRow>;
  readonly 'foreign table': Granted<ListForeignTablesRow> & WithColumns;
  readonly extension: Body<ListExtensionsRow>;
  readonly publication: Body<ListPublicationsRow>;
  readonly 'event trigger': Body<ListEventTriggersRow>;
  readonly 'default privileges': Omit<Body<ListDefaultPrivilegesRow>, 'role' | 'schema' | 'objects'> & { readonly acl: Acl };
}
export type ObjectKind = keyof Bodies;

export type ObjectOf<K extends ObjectKind> = {
  readonly kind: K;
  /** Unique in the database, without any number of its own: `table public.items`, `policy "Mine" on public.items`, `function public.f(integer)`. */
  readonly identity: string;
  /** As SQL spells it, with the schema where the kind has one: `public.items`; for parts of relations the bare name. */
  readonly name: string;
  /** The relation of a constraint, index, trigger, policy, rule or statistics object. */
  readonly on?: string;
  readonly body: Bodies[K];
  /** Of kind, identity and body. */
  readonly hash: string;
  /** Of what has columns: as they stand. A class of its own: in a table it cannot be put right without a rewrite. */
  readonly columnOrder?: readonly string[];
};
export type SnapshotObject = { [K in ObjectKind]: ObjectOf<K> }[ObjectKind];

/** The schema of a database, independent of the server's numbers and of the order in which it was made. */
export interface Snapshot {
  /** Of this shape; snapshots of different formats cannot be compared. */
  readonly format: number;
  /** e.g. 180004. Definitions are as this version prints them. */
  readonly serverVersion: number;
  /** Of all objects; not of the order of columns. */
  readonly rootHash: string;
  readonly objects: ReadonlyMap<string, SnapshotObject>;
}

/** One property that is not the same, or an object that only one side has. */
export interface Difference {
  readonly identity: string;
  readonly kind: ObjectKind;
  /** `reordered`: the same columns in another order. */
  readonly change: 'added' | 'removed' | 'changed' | 'reordered';
  /** Of the property, e.g. `columns.price.type`; absent when the whole object is on one side only. */
  readonly path?: string;
  /** Absent: at its default, or not there. */
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** `from` cannot be there without `to`. */
export interface Dependency {
  readonly from: string;
  /** Of a table: only this column. */
  readonly column?: string;
  /** Only the default or generation expression of the column. */
  readonly isDefault: boolean;
  readonly to: string;
  readonly toColumn?: string;
}

export interface Described {
  readonly snapshot: Snapshot;
  readonly dependencies: readonly Dependency[];
}
