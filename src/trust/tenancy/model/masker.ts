import type { Transaction } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';

/** Owned by tenancy, filled by privacy: what stands in place of personal and secret values in a copy for people who may not see them. */
export interface Masker {
  /**
   * SQL of what to select from a table under the alias `t` in place of a column, by `schema.table` and column; what is kept is not among it. Binds
   * what the expressions need to the transaction. The same seed gives the same pseudonyms in every database.
   * @throws where something cannot be masked, or looks personal and nobody has decided about it
   */
  expressions(tx: Transaction, tier: Tier, seed: Buffer): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>>;
}
