import { hash } from 'node:crypto';

/** Who is brought up to date when: a ring begins after the one before it is through. */
export const rings = ['canary', '1 %', 'rest'] as const;
export type Ring = (typeof rings)[number];

/**
 * The ring of each tenant, by id. The first per cent (at least one) are those whose hash is lowest: the same ones in each run, as
 * long as hardly any tenants come or go.
 */
export function ringsOf(tenants: readonly { readonly id: string; readonly isCanary?: boolean }[]): ReadonlyMap<string, Ring> {
  const others = tenants.filter(({ isCanary }) => isCanary !== true).map(({ id }) => ({ id, place: hash('sha256', id) }));
  others.sort((a, b) => (a.place < b.place ? -1 : 1));
  const found = new Map<string, Ring>();
  for (const { id, isCanary } of tenants) if (isCanary) found.set(id, 'canary');
  for (const [index, { id }] of others.entries()) found.set(id, index < others.length / 100 ? '1 %' : 'rest');
  return found;
}
