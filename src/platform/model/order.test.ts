import { expect, test } from 'vitest';
import { defineOptions, type Manifest, Type } from '../../kernel/index.ts';
import { orderManifests } from './order.ts';

const manifest = (name: string, layer: Manifest['layer'], requires: string[] = []): Manifest => ({
  name,
  layer,
  requires,
  tiers: [],
  options: defineOptions(name, Type.Object({})),
  open: async () => ({ [Symbol.asyncDispose]: async () => {} }),
});
const names = (list: readonly Manifest[]) => list.map((m) => m.name);

test('lower layers come first, what is required comes before who requires it', () => {
  const given = [
    manifest('http', 'serve'),
    manifest('mail', 'product', ['content']),
    manifest('content', 'data', ['tenancy']),
    manifest('tenancy', 'trust', ['connect']),
    manifest('connect', 'foundation', ['cluster']),
    manifest('cluster', 'foundation'),
  ];
  expect(names(orderManifests(given))).toEqual(['cluster', 'connect', 'tenancy', 'content', 'mail', 'http']);
});

test('a requirement that is not there is named with who asks for it', () => {
  expect(() => orderManifests([manifest('content', 'data', ['tenancy'])])).toThrow(/"content" requires "tenancy"/);
});

test('a circle is named whole', () => {
  const given = [manifest('a', 'data', ['b']), manifest('b', 'data', ['a'])];
  expect(() => orderManifests(given)).toThrow(/a → b → a/);
});
