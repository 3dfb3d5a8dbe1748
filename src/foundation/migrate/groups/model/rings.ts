import { hash } from 'node:crypto';

/** Who reads the new side; each ring holds those before it. */
export const rings = ['none', 'canary', '1 %', '10 %', 'all'] as const;
export type Ring = (typeof rings)[number];
export type Side = 'old' | 'new';

const shares: Readonly<Record<Ring, number>> = { none: 0, canary: 0, '1 %': 1, '10 %': 10, all: 100 };

/** The next ring; undefined after the last. Without canaries the first ring would be nobody and is left out. */
export function ringAfter(ring: Ring, hasCanaries: boolean): Ring | undefined {
  const next = rings[rings.indexOf(ring) + 1];
  return next === 'canary' && !hasCanaries ? '1 %' : next;
}

/** The ring before; undefined before the first. */
export function ringBefore(ring: Ring, hasCanaries: boolean): Ring | undefined {
  const before = rings[rings.indexOf(ring) - 1];
  return before === 'canary' && !hasCanaries ? 'none' : before;
}

/**
 * Which side a tenant reads. The share is by a hash of group and tenant, so that a tenant stays in once it is in, and the first
 * per cent are others in each group.
 */
export function sideOf(
  group: { readonly name: string; readonly ring: Ring; readonly canaries: readonly string[] },
  tenantId: string,
): Side {
  if (group.ring === 'none') return 'old';
  if (group.ring === 'all' || group.canaries.includes(tenantId)) return 'new';
  const place = Number.parseInt(hash('sha256', `${group.name} ${tenantId}`).slice(0, 8), 16) % 100;
  return place < shares[group.ring] ? 'new' : 'old';
}
