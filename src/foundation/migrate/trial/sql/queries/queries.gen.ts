// Made by `npm run generate` from trials.sql; do not edit.
// sources: 37aac0f5b749302faaa9515706365bba
import { defineQuery } from '../../../../../kernel/index.ts';

export interface SaveTrialParams {
  readonly migration: string;
  readonly tier: string;
  readonly checksum_up: string;
  readonly checksum_down: string;
  readonly outcome: string;
  readonly findings: readonly string[];
  readonly is_seeded: boolean;
}
export type SaveTrialRow = Record<string, never>;
export const saveTrial = defineQuery<SaveTrialParams, SaveTrialRow>('migrate/trial.save_trial', ['migration', 'tier', 'checksum_up', 'checksum_down', 'outcome', 'findings', 'is_seeded'], `insert into migrate.trials as t (migration, tier, checksum_up, checksum_down, outcome, findings, is_seeded)
values ($1, $2, $3, $4, $5, $6::text[], $7)
on conflict on constraint trials_migration_tier_checksum_up_checksum_down_pk do update
   set outcome = excluded.outcome, findings = excluded.findings, is_seeded = excluded.is_seeded, tried = now()`);

export type ListTrialsParams = Record<string, never>;
export interface ListTrialsRow {
  readonly migration: string;
  readonly tier: string;
  readonly checksum_up: string;
  readonly checksum_down: string;
  readonly outcome: string;
  readonly findings: string[];
  readonly is_seeded: boolean;
  readonly tried: Date;
}
export const listTrials = defineQuery<ListTrialsParams, ListTrialsRow>('migrate/trial.list_trials', [], `select migration, tier, checksum_up, checksum_down, outcome, findings, is_seeded, tried from migrate.trials order by tried, migration, tier`);

export type HasTrialsParams = Record<string, never>;
export interface HasTrialsRow {
  readonly exists: boolean;
}
export const hasTrials = defineQuery<HasTrialsParams, HasTrialsRow>('migrate/trial.has_trials', [], `select pg_catalog.to_regclass('migrate.trials') is not null as "exists"`);

export type ListCountedParams = Record<string, never>;
export interface ListCountedRow {
  readonly name: string;
}
/**
 * Tables whose rows are compared, as SQL spells them.
 */
export const listCounted = defineQuery<ListCountedParams, ListCountedRow>('migrate/trial.list_counted', [], `select format('%I.%I', n.nspname, c.relname) as "name"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('migrate', 'pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
 order by 1`);

export interface BeginAgainParams {
  readonly source: string;
  readonly name: string;
}
export type BeginAgainRow = Record<string, never>;
/**
 * On a shadow only: the migration counts as never begun, so that it has to find out by its probes what is done.
 */
export const beginAgain = defineQuery<BeginAgainParams, BeginAgainRow>('migrate/trial.begin_again', ['source', 'name'], `with rows as (
  update migrate.migrations set state = 'pending' where source = $1 and name = $2 returning id
)
delete from migrate.steps where migration_id in (select id from rows)`);
