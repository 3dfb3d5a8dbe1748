/** What tenants had: how many they are, and the sum and the squares of their parts. */
export interface Shares {
  readonly tenants: number;
  readonly sum: number;
  readonly squares: number;
}

/** Jain's index: 1 where all have the same, 1/n where one has everything. Undefined for fewer than three, of whom nothing can be said. */
export function jainIndex({ tenants, sum, squares }: Shares): number | undefined {
  return tenants < 3 || squares === 0 ? undefined : (sum * sum) / (tenants * squares);
}
