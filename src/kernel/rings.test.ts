import { expect, test } from 'vitest';
import { uuidv7 } from './ids.ts';
import { type Ring, ringAfter, ringBefore, rings, sideOf } from './rings.ts';

const tenants = Array.from({ length: 4_000 }, () => uuidv7());
const inside = (name: string, ring: Ring, canaries: readonly string[] = []) =>
  tenants.filter((tenant) => sideOf({ name, ring, canaries }, tenant) === 'new');

test('[I6] a ring holds those before it, and about its share', () => {
  const canaries = tenants.slice(0, 3);
  const sizes = rings.map((ring) => inside('search', ring, canaries));
  for (const [index, ring] of sizes.slice(1).entries()) expect(ring).toEqual(expect.arrayContaining(sizes[index] ?? []));
  const [none, canary, one, ten, all] = sizes.map(({ length }) => length);
  expect([none, canary, all]).toEqual([0, 3, tenants.length]);
  expect(one).toBeGreaterThan(10);
  expect(one).toBeLessThan(100);
  expect(ten).toBeGreaterThan(280);
  expect(ten).toBeLessThan(540);
});

test('[I6] the same tenants at each question, others for each name', () => {
  expect(inside('search', '1 %')).toEqual(inside('search', '1 %'));
  expect(inside('search', '1 %')).not.toEqual(inside('layout', '1 %'));
});

test('[I6] without canaries their ring is left out, in both directions', () => {
  expect([ringAfter('none', true), ringAfter('none', false), ringAfter('all', true)]).toEqual(['canary', '1 %', undefined]);
  expect([ringBefore('1 %', true), ringBefore('1 %', false), ringBefore('none', true)]).toEqual(['canary', 'none', undefined]);
});
