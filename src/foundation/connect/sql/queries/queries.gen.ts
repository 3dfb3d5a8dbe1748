// Made by `npm run generate` from lead.sql; do not edit.
// sources: 0b6a56e11ee9de890163c79e805859a8
import { defineQuery } from '../../../../kernel/index.ts';

export interface TryLeadParams {
  readonly key: number;
}
export interface TryLeadRow {
  readonly is_leader: boolean;
}
/**
 * Never waits.
 */
export const tryLead = defineQuery<TryLeadParams, TryLeadRow>('connect.try_lead', ['key'], `select pg_catalog.pg_try_advisory_lock($1::int8) as "is_leader"`);
