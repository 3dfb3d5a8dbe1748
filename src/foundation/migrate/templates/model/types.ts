import type { Draft } from '../../model/draft.ts';

export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly isNotNull: boolean;
  readonly default: string | null;
  /** Generated or identity: nobody writes it. */
  readonly isGenerated: boolean;
  readonly comment: string | null;
  /** Of an enum type, in order. */
  readonly labels: readonly string[] | null;
}

export interface IndexFacts {
  readonly name: string;
  /** `CREATE INDEX …` as the server prints it. */
  readonly definition: string;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly columns: readonly string[] | null;
  /** The primary key, unique or exclusion constraint it serves. */
  readonly constraint: string | null;
}

export interface ConstraintFacts {
  readonly name: string;
  /** `pg_constraint.contype`: c check, f foreign key, n not null, p primary key, u unique, x exclusion, t trigger. */
  readonly kind: string;
  readonly definition: string;
  readonly columns: readonly string[] | null;
}

/** A table as it is in a database: what a template cannot know from its arguments. */
export interface TableFacts {
  readonly isPartitioned: boolean;
  readonly partitions: readonly string[];
  readonly columns: readonly ColumnFacts[];
  readonly indexes: readonly IndexFacts[];
  readonly constraints: readonly ConstraintFacts[];
  /** Who may select, insert, update or delete, beside the owner. */
  readonly grants: readonly { readonly to: string; readonly what: string }[];
}

/** `name[:type][?][=expression]` of the command line. */
export interface ColumnRequest {
  readonly name: string;
  /** A type; for a rename the new name. */
  readonly type?: string;
  readonly isNullable: boolean;
  /** A default; for a split the expression that fills it. */
  readonly expression?: string;
}

export interface TemplateFlags {
  readonly global?: boolean;
  readonly partitionBy?: string;
  readonly into?: string;
  readonly using?: string;
  readonly back?: string;
  readonly references?: string;
  readonly onDelete?: string;
  readonly where?: string;
  readonly unique?: boolean;
  readonly check?: string;
  readonly fill?: string;
  readonly comment?: string;
  readonly key?: string;
  readonly as?: string;
  readonly oldSessions?: string;
}

export interface TemplateRequest {
  /** What it is about, as given: mostly `schema.table`. */
  readonly target: string;
  readonly columns: readonly ColumnRequest[];
  readonly flags: TemplateFlags;
  /** Whether the target's schema is in the database that was asked. */
  readonly hasSchema: boolean;
  /** Of the database that was asked; undefined for a table that is not there. */
  facts(table: string): TableFacts | undefined;
}

/** A whole file below `objects/<tier>/`: applied again whenever it changes. */
export interface ObjectDraft {
  /** File name without `.sql`. */
  readonly object: string;
  readonly text: string;
}

export interface Template {
  readonly summary: string;
  /** What follows the template's name on the command line. */
  readonly usage: string;
  /** Tables whose facts it asks for. */
  tables?(request: Omit<TemplateRequest, 'facts' | 'hasSchema'>): readonly string[];
  /** @throws PLINTH_MIGRATE_TEMPLATE_* */
  draft(request: TemplateRequest): Promise<readonly (Draft | ObjectDraft)[]> | readonly (Draft | ObjectDraft)[];
}
