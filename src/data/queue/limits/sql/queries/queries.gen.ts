// Made by `npm run generate` from limits.sql; do not edit.
// sources: 2b46485780db9ef2e4bf33546d1abcf1
import { defineQuery } from '../../../../../kernel/index.ts';

export interface TakeUnitsParams {
  readonly worker_id: string;
  readonly lease_id: string;
  readonly tenants: readonly string[];
  readonly names: readonly string[];
  readonly keys: readonly string[];
  readonly mosts: readonly number[];
  readonly pers: readonly string[];
  readonly zones: readonly string[];
  readonly per_mss: readonly number[];
  readonly units: readonly number[];
  readonly places: readonly number[];
  readonly limits: readonly number[];
  readonly unsaid: readonly number[];
  readonly unsaid_limits: readonly string[];
}
export interface TakeUnitsRow {
  readonly refused: number[];
}
export const takeUnits = defineQuery<TakeUnitsParams, TakeUnitsRow>('queue/limits.take_units', ['worker_id', 'lease_id', 'tenants', 'names', 'keys', 'mosts', 'pers', 'zones', 'per_mss', 'units', 'places', 'limits', 'unsaid', 'unsaid_limits'], `select queue.take_units($1::uuid, $2::uuid, $3::uuid[], $4::text[], $5::text[], $6::integer[],
  array_replace($7::text[], '', null), array_replace($8::text[], '', null), array_replace($9::bigint[], 0, null), $10::integer[], $11::integer[], $12::integer[],
  $13::integer[], $14::jsonb[]) as "refused"`);

export interface RefillLimitsParams {
  readonly keys_at_once: number;
}
export interface RefillLimitsRow {
  readonly released: number;
  readonly next_ms: number | null;
}
export const refillLimits = defineQuery<RefillLimitsParams, RefillLimitsRow>('queue/limits.refill_limits', ['keys_at_once'], `select r.released as "released", r.next_ms from queue.refill($1::integer) r`);
