// Made by `npm run generate` from limits.sql; do not edit.
// sources: 16c53a9e9e7d1f5cc697005bbbde0e28
import { defineQuery } from '../../../../../kernel/index.ts';

export interface TakeUnitsParams {
  readonly worker_id: string;
  readonly lease_id: string;
  readonly places: readonly number[];
  readonly follows: readonly string[];
}
export interface TakeUnitsRow {
  readonly refused: number[];
}
export const takeUnits = defineQuery<TakeUnitsParams, TakeUnitsRow>('queue/limits.take_units', ['worker_id', 'lease_id', 'places', 'follows'], `select queue.take_units($1::uuid, $2::uuid, $3::integer[], $4::jsonb[]) as "refused"`);

export interface RefillLimitsParams {
  readonly keys_at_once: number;
}
export interface RefillLimitsRow {
  readonly released: number;
  readonly next_ms: number | null;
}
export const refillLimits = defineQuery<RefillLimitsParams, RefillLimitsRow>('queue/limits.refill_limits', ['keys_at_once'], `select r.released as "released", r.next_ms from queue.refill($1::integer) r`);
