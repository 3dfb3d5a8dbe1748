// Made by `npm run generate` from limits.sql; do not edit.
// sources: e9575e4349b38ad62710d67f22ed20df
import { defineQuery } from '../../../../../kernel/index.ts';

export interface TakeUnitsParams {
  readonly worker_id: string;
  readonly lease_id: string;
  readonly places: readonly number[];
  readonly follows: readonly string[];
  readonly unsaid: readonly number[];
}
export interface TakeUnitsRow {
  readonly refused: number[];
}
export const takeUnits = defineQuery<TakeUnitsParams, TakeUnitsRow>('queue/limits.take_units', ['worker_id', 'lease_id', 'places', 'follows', 'unsaid'], `select queue.take_units($1::uuid, $2::uuid, $3::integer[], $4::jsonb[], $5::integer[]) as "refused"`);

export interface RefillLimitsParams {
  readonly keys_at_once: number;
}
export interface RefillLimitsRow {
  readonly released: number;
  readonly next_ms: number | null;
}
export const refillLimits = defineQuery<RefillLimitsParams, RefillLimitsRow>('queue/limits.refill_limits', ['keys_at_once'], `select r.released as "released", r.next_ms from queue.refill($1::integer) r`);
