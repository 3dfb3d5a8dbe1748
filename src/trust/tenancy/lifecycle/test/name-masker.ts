import type { Masker } from '../../model/masker.ts';

/** Masks the names of customers, as privacy would if they were classified. */
export const nameMasker: Masker = {
  async expressions(tx, tier, seed) {
    await tx.query({ text: "select set_config('test.seed', $1, true)", values: [seed.toString('hex')] });
    const name = "md5(t.name || current_setting('test.seed'))";
    return new Map(tier === 'oltp' ? [['shop.customers', new Map([['name', name]])]] : []);
  },
};
