// Made by `npm run generate` from hooks.sql; do not edit.
// sources: 1edd58a30d534745edb977f63b2bd26d
import { defineQuery } from '../../../../../kernel/index.ts';

export interface BeginHookParams {
  readonly id: string;
  readonly run_id: string;
  readonly hook: string;
  readonly checksum: string;
  readonly point: string;
  readonly subject: string;
}
export type BeginHookRow = Record<string, never>;
export const beginHook = defineQuery<BeginHookParams, BeginHookRow>('migrate/hooks.begin_hook', ['id', 'run_id', 'hook', 'checksum', 'point', 'subject'], `insert into migrate.hook_calls (id, run_id, hook, checksum, point, subject) values ($1, $2, $3, $4, $5, $6)`);

export interface EndHookParams {
  readonly outcome: string;
  readonly error: string | null;
  readonly id: string;
}
export type EndHookRow = Record<string, never>;
export const endHook = defineQuery<EndHookParams, EndHookRow>('migrate/hooks.end_hook', ['outcome', 'error', 'id'], `update migrate.hook_calls set outcome = $1, error = $2, completed = clock_timestamp() where id = $3`);
