import type { Tier } from '../../../../kernel/index.ts';
import { sha256 } from '../../model/checksum.ts';

/** One thing that is to be applied, bound to its bytes. */
export interface PlanItem {
  /** `source/name`, or `source/objects/name`. */
  readonly id: string;
  readonly tiers: readonly Tier[];
  /** Of all its parts: up, down, pre, post, meta. `removed` for objects whose file is gone. */
  readonly checksum: string;
}

/** Order counts: the same files in another order are another plan. */
export function planHash(items: readonly PlanItem[]): string {
  return sha256(JSON.stringify(items.map(({ id, tiers, checksum }) => [id, tiers, checksum])));
}

/** One checksum over those of all parts. */
export function itemChecksum(parts: Readonly<Record<string, string | null>>): string {
  const named = Object.entries(parts)
    .filter(([, checksum]) => checksum !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(named));
}

const keyOf = ({ id, tiers, checksum }: PlanItem) => JSON.stringify([id, tiers, checksum]);

/**
 * Whether what is pending now is what is left of an agreed plan: every item stands in it with the same bytes, in the same
 * order. An interrupted run is continued under the plan it began with.
 */
export function isLeftOf(pending: readonly PlanItem[], agreed: readonly PlanItem[]): boolean {
  let at = 0;
  const keys = agreed.map(keyOf);
  for (const item of pending) {
    const found = keys.indexOf(keyOf(item), at);
    if (found < 0) return false;
    at = found + 1;
  }
  return true;
}
