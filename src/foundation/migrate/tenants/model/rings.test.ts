import { expect, test } from 'vitest';
import { ringsOf } from './rings.ts';

const tenants = (count: number, canaries = 0) => Array.from({ length: count }, (_, n) => ({ id: `t${n}`, isCanary: n < canaries }));
const members = (found: ReadonlyMap<string, string>, ring: string) => [...found].filter(([, one]) => one === ring).map(([id]) => id);

test('[I54] canaries first, then one per cent of the others, then the rest', () => {
  const found = ringsOf(tenants(302, 2));
  expect(members(found, 'canary')).toEqual(['t0', 't1']);
  expect(members(found, '1 %')).toHaveLength(3);
  expect(members(found, 'rest')).toHaveLength(297);
});

test('[I54] one per cent is at least one, whoever there is', () => {
  expect([...ringsOf(tenants(1)).values()]).toEqual(['1 %']);
  expect([...ringsOf(tenants(2, 2)).values()]).toEqual(['canary', 'canary']);
  expect(members(ringsOf(tenants(2)), '1 %')).toHaveLength(1);
  expect([...ringsOf([])]).toEqual([]);
});

test('[I54] the first per cent are the same ones whatever the order of the directory', () => {
  const all = tenants(250);
  expect(members(ringsOf(all), '1 %').sort()).toEqual(members(ringsOf(all.toReversed()), '1 %').sort());
});
