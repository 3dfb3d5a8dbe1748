import type { Tier } from '../../../kernel/index.ts';
import type { RehearsalDepth, RehearsalResult } from '../rehearse/index.ts';
import type { QueryMention } from './mentions.ts';
import type { Range } from './model/estimate.ts';
import type { ChangeClass, HeldLock, Needs, Risk } from './model/risk.ts';

export type Environment = 'development' | 'staging' | 'production';

export interface ImpactLock extends HeldLock {
  readonly whoWaits: 'readers and writers' | 'writers' | undefined;
  readonly tableBytes: number;
  readonly rows: number;
}

/** What stands on a table that changes. */
export interface Dependant {
  readonly table: string;
  /** `view`, `policy`, `trigger`, `foreign key`, `function`, or what an ImpactSource calls it. */
  readonly kind: string;
  readonly object: string;
}

export interface MigrationImpact {
  readonly id: string;
  readonly tier: Tier;
  readonly kind: 'migration' | 'objects';
  readonly changeClass: ChangeClass;
  readonly declaredClass?: ChangeClass;
  readonly risk: Risk;
  readonly reasons: readonly string[];
  readonly isDestructive: boolean;
  readonly touchesSecurity: boolean;
  /** Relations it names or locks, those it makes included. */
  readonly relations: readonly string[];
  /** On tables that are there already. */
  readonly locks: readonly ImpactLock[];
  readonly durationMs: Range;
  readonly walBytes: Range;
  readonly dependants: readonly Dependant[];
  readonly queries: readonly QueryMention[];
  readonly rollback: { readonly way: 'down' | 'forward only'; readonly because?: string };
  readonly lint: { readonly errors: number; readonly warnings: number; readonly waived: number };
  readonly rehearsal: { readonly result: RehearsalResult; readonly because?: string };
}

export interface ImpactReport {
  readonly id: string;
  /** ISO time. */
  readonly created: string;
  readonly environment: Environment;
  readonly planHash: string;
  /** Of lint verdict and rehearsal findings; undefined without a rehearsal of this plan. */
  readonly evidence?: string;
  readonly rehearsal?: { readonly id: string; readonly taken: string; readonly depth: RehearsalDepth };
  /** The highest of its migrations; low when nothing is pending. */
  readonly risk: Risk;
  readonly needs: Needs;
  readonly migrations: readonly MigrationImpact[];
  /** What nobody could tell, in sentences. */
  readonly limits: readonly string[];
}

export interface Impact {
  /**
   * What everything pending means for the databases it is meant for: reads their catalogs, the ledgers, the files and the last
   * rehearsal of this plan. Keeps the report in oltp, for the console.
   */
  report(): Promise<ImpactReport>;
  /** The last report that was kept; undefined when there was none. */
  latest(): Promise<ImpactReport | undefined>;
}

/** Owned here, filled by govern: what outside the databases stands on tables, such as fields of an API or search indexes. */
export interface ImpactSource {
  dependants(tables: readonly string[]): Promise<readonly Dependant[]>;
}

/** Owned here, filled by advisor: plans of named queries before and after, at production size. */
export interface PlanLab {
  /** Sentences about queries that became dearer or lost an index; none when all is well. */
  compare(queries: readonly QueryMention[], planHash: string): Promise<readonly string[]>;
}
