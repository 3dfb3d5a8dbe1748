// Made by `npm run generate` from deployments.sql; do not edit.
// sources: 1de532ad9876347265214ebe65da0e9d
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ListRunsSinceParams {
  readonly since: Date;
}
export interface ListRunsSinceRow {
  readonly id: string;
  readonly command: string;
  readonly outcome: string;
  readonly started: Date;
  readonly completed: Date | null;
}
export const listRunsSince = defineQuery<ListRunsSinceParams, ListRunsSinceRow>('migrate/deployments.list_runs_since', ['since'], `select r.id, r.command, r.outcome, r.started, r.completed from migrate.runs r where r.started >= $1 order by r.started, r.id`);

export interface ListDeployedParams {
  readonly since: Date;
}
export interface ListDeployedRow {
  readonly run_id: string;
  readonly source: string;
  readonly name: string;
  readonly state: string;
  readonly applied: Date | null;
  readonly attempts: number;
  readonly lock_wait_ms: number;
}
/**
 * Migrations by the run of their last attempt.
 */
export const listDeployed = defineQuery<ListDeployedParams, ListDeployedRow>('migrate/deployments.list_deployed', ['since'], `select m.run_id, m.source, m.name, m.state, m.applied, m.attempts, m.lock_wait_ms
  from migrate.migrations m join migrate.runs r on r.id = m.run_id
 where r.started >= $1
 order by m.source, m.name, m.tier`);
