import { defineOptions, type Manifest, Type, tiers } from '../kernel/index.ts';

/**
 * The product of a platform that names none: the folders `migrations/` and `objects/` beside its configuration, where there are
 * any. Whoever has only a schema needs no manifest. The name is the first half of each migration's identity, so it does not follow
 * that of the project, which may change.
 */
export const ownProduct = (folder: string): Manifest => ({
  name: 'product',
  layer: 'product',
  requires: ['migrate'],
  tiers,
  options: defineOptions('product', Type.Object({})),
  migrations: { name: 'product', dir: folder, layout: 'product' },
  open: async () => ({ async [Symbol.asyncDispose]() {} }),
});
