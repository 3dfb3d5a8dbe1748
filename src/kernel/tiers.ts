/** The databases of a platform, each with a purpose, in the order in which they are brought up and expanded. */
export const tiers = ['oltp', 'content', 'queue', 'olap'] as const;
export type Tier = (typeof tiers)[number];

/** Whether `value` names a tier. */
export function isTier(value: unknown): value is Tier {
  return tiers.includes(value as Tier);
}
