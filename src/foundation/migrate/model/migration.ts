import type { MigrationSource, Tier } from '../../../kernel/index.ts';

/** A migration as its folder shows it, before anything was parsed. */
export interface MigrationFile {
  /** `source/name`. */
  readonly id: string;
  readonly source: string;
  readonly name: string;
  /** Tiers it belongs to, in the order of tiers. */
  readonly tiers: readonly Tier[];
  /** Absolute path of the SQL that is applied. */
  readonly path: string;
  /** Its text, normalised. */
  readonly up: string;
  readonly checksum: string;
  /** `source/name` of those it stands for: where they are applied it is not run, elsewhere it is run in their place. */
  readonly replaces?: readonly string[];
  /** Its other parts, by absolute path; read when the migration is about to run. */
  readonly paths: { readonly down: string; readonly seed?: string; readonly pre?: string; readonly post?: string; readonly meta?: string };
}

export const phases = ['expand', 'backfill', 'contract'] as const;
export const changeClasses = ['feature', 'performance', 'scalability', 'security'] as const;

/** What the header or `meta.json` says. */
export interface MigrationOptions {
  /** False: each statement by itself, outside a transaction. */
  readonly isTransactional: boolean;
  /** Identities that have to be applied before; `tier:source/name` where they are of another tier. */
  readonly requires: readonly string[];
  /** Lower bounds than the run's; a file cannot raise them. */
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  /** Why there is no way back; then there needs to be no `down.sql` either. */
  readonly irreversible?: string;
  /** Each statement is asked for in the catalog before it runs: done is skipped, something else of that name stops. */
  readonly isProbed?: boolean;
  /** For those who review a plan; a `contract` has no way back. */
  readonly phase?: (typeof phases)[number];
  readonly changeClass?: (typeof changeClasses)[number];
}

/** A file of repeatable objects. */
export interface ObjectsFile {
  /** `source/objects/name`. */
  readonly id: string;
  readonly source: string;
  readonly tiers: readonly Tier[];
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
}

/** Everything one source brings. */
export interface SourceFiles {
  readonly name: string;
  readonly layout: MigrationSource['layout'];
  /** By name, which begins with a number or a time. */
  readonly migrations: readonly MigrationFile[];
  readonly objects: readonly ObjectsFile[];
}

/** The migrations that others stand for: `tier:source/name`, each with the name of its successor. */
export function successors(migrations: readonly Pick<MigrationFile, 'id' | 'tiers' | 'replaces'>[]): ReadonlyMap<string, string> {
  return new Map(
    migrations.flatMap(({ id, tiers, replaces = [] }) => replaces.flatMap((one) => tiers.map((tier) => [`${tier}:${one}`, id] as const))),
  );
}
