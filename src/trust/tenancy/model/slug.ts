/** Slugs of tenants that `certify` makes and removes begin with this; nobody else can have one. */
export const syntheticPrefix = 'certify-';

/** Whether a tenant may be called so. The table has the same rule. */
export function isSlug(value: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value) && value !== 'system' && !value.startsWith(syntheticPrefix);
}
