import type { Tier } from '../../../kernel/index.ts';
import type { Statement, Tree } from '../parse/index.ts';
import type { FileFacts } from './facts.ts';
import type { Schema } from './schema/index.ts';

export type Severity = 'error' | 'warning';

/** One thing a rule objects to. */
export interface Finding {
  /** `L01`; what `-- plinth:allow L01 <reason>` names. */
  readonly id: string;
  /** The same in words: `index-not-concurrent`. */
  readonly rule: string;
  readonly severity: Severity;
  /** `source/name` of the migration or objects file; the path of a file that belongs to no source. */
  readonly migration: string;
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** The line, cut around the place, and a caret below it. */
  readonly excerpt: string;
  readonly message: string;
  readonly safeWay: string;
  /** Why it was waived in the file; such a finding stops nobody. */
  readonly waived?: string;
  /** The recipe of `plinth migrate new` that does it right. */
  readonly template?: string;
}

/** A file as the rules see it. */
export interface LintedFile {
  readonly migration: string;
  readonly path: string;
  readonly text: string;
  /** `down` is not told what it undoes; `objects` are definitions that are applied again. */
  readonly role: 'up' | 'down' | 'objects';
  /** The first is the one whose sizes count. Empty for a file of no source. */
  readonly tiers: readonly Tier[];
  readonly isTransactional: boolean;
  readonly phase?: string;
  /** Whether rows that stand in the way are looked for first. */
  readonly hasPre: boolean;
}

/** What a rule looks at beside its node. */
export interface Scene {
  readonly file: LintedFile;
  readonly statement: Statement;
  /** All of the file, in order. */
  readonly statements: readonly Statement[];
  readonly number: number;
  readonly facts: FileFacts;
  /** The table it is about, as `schema.table`; empty where there is none or several. */
  readonly table: string;
  /** What the database has before this statement, as far as the files tell. */
  readonly schema: Schema;
  /** Major version of the server that will run it. */
  readonly server: number;
  /** Of a column or constraint: in which clause it stands. */
  readonly clause?: 'create table' | 'add column' | 'add constraint';
  /** Of a constraint that stands within a column: that column. */
  readonly column?: Tree;
  /** Made by an earlier statement of this migration, or temporary: nobody waits for its lock. */
  isBorn(table: string): boolean;
  /** Beyond the limits, or nobody knows. */
  isLarge(table: string): boolean;
  /** Another tier whose files make this table, while those of the file's own tiers do not. */
  tierOf(table: string): Tier | undefined;
}

export interface Complaint {
  readonly message: string;
  /** Where, when a part of the statement can be pointed at. */
  readonly node?: Tree;
  /** Where, when it is another statement. */
  readonly statement?: Statement;
  /** Whose size decides, when it is another table. */
  readonly table?: string;
  /** What an older waiver of the built-in invariants would name. */
  readonly object?: string;
  readonly severity?: Severity;
}

/**
 * When a rule is asked. Roots of statements and subcommands of ALTER TABLE by their names in PostgreSQL's tree; `column` and
 * `constraint` wherever one is defined; `name` for each statement as a whole; `end` after the last statement of a file.
 */
export type Occasion = `${string}Stmt` | `AT_${string}` | 'column' | 'constraint' | 'statement' | 'end';

/** A rule as data: what to look at, what to say, what to do instead. */
export interface Rule {
  readonly id: string;
  readonly name: string;
  /** `size`: an error on a large table or one of unknown size, a warning on a small one. */
  readonly level: Severity | 'size';
  readonly why: string;
  readonly safeWay: string;
  readonly template?: string;
  /** Also for tables that the same migration makes, which have no rows and no users yet. */
  readonly isForNewTables?: boolean;
  /** Also in down.sql, where going back means to drop and rename. */
  readonly isForDown?: boolean;
  readonly on: readonly Occasion[];
  /** What is wrong, in one sentence that names the object; nothing when all is well. */
  check?(node: Tree, scene: Scene): Verdict;
}

export type Verdict = string | Complaint | readonly Complaint[] | undefined | false;
