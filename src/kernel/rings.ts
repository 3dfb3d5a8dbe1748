import { hash } from 'node:crypto';

/** Who has something new already, e.g. reads the new side of a change; each ring holds those before it. */
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
 * Which side a tenant is on. The share is by a hash of what is rolled out and the tenant, so that a tenant stays in once it is in, and
 * the first per cent are others each time.
 */
export function sideOf(
  rolledOut: { readonly name: string; readonly ring: Ring; readonly canaries: readonly string[] },
  tenantId: string,
): Side {
  const { name, ring, canaries } = rolledOut;
  if (ring === 'none') return 'old';
  if (ring === 'all' || canaries.includes(tenantId)) return 'new';
  const place = Number.parseInt(hash('sha256', `${name} ${tenantId}`).slice(0, 8), 16) % 100;
  return place < shares[ring] ? 'new' : 'old';
}
