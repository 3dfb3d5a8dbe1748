import { expect, test } from 'vitest';
import { Floors } from './floors.ts';
import { type Floor, Ring } from './ring.ts';

const tenant = (n: number) => `0000000${n}-0000-7000-8000-0000000000ff`;
const next = (n: number) => `0000000${n}-0000-7000-8000-000000000100`;
const at = (n: number): Floor => ({ due: `2025-01-08 00:00:00.${n}+00`, id: tenant(n % 10) });
const none: Floor = { due: '-infinity', id: '00000000-0000-0000-0000-000000000000' };
const ends = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
const ranges = (ring: Ring, floors = new Map<string, Floor>()) => ring.parts(floors).map(({ from, until }) => [from, until]);

test('a ring goes on behind the tenant that had its turn last, and once around', () => {
  const ring = new Ring();
  expect(ranges(ring)).toEqual([ends]);
  ring.moveTo(tenant(5), new Set([tenant(5)]));
  expect(ranges(ring)).toEqual([
    [next(5), ends[1]],
    [ends[0], next(5)],
  ]);
});

test('a ring is cut where a lane is known to be taken up to a floor', () => {
  const ring = new Ring();
  ring.moveTo(tenant(5), new Set([tenant(5)]));
  const floor = at(5);
  const parts = ring.parts(new Map([tenant(7), tenant(2), tenant(5)].map((tenantId) => [tenantId, floor])));
  expect(parts).toEqual([
    { from: next(5), floor: none, until: tenant(7) },
    { from: tenant(7), floor, until: ends[1] },
    { from: ends[0], floor: none, until: tenant(2) },
    { from: tenant(2), floor, until: tenant(5) },
    { from: tenant(5), floor, until: next(5) },
  ]);
});

test('turns are as long as the tenants of late need to fill the quota, and never shorter than the least', () => {
  const ring = new Ring();
  expect(ring.turnSize(2, 100)).toBe(2);
  ring.moveTo(tenant(1), new Set([tenant(1)]));
  expect(ring.turnSize(2, 100)).toBe(100);
  ring.moveTo(tenant(3), new Set([tenant(2), tenant(3)]));
  expect(ring.turnSize(2, 100)).toBe(34);
  ring.moveTo(undefined, new Set());
  expect(ring.turnSize(2, 100)).toBe(2);
});

test('a floor is kept for deep lanes only, and for a second', () => {
  const floors = new Floors(5);
  const taken = (band: number, n: number) => floors.taken({ band, tenant_id: tenant(1), ...at(n) });
  const floorsOf = (band: number, atMs: number) => [...floors.of(band, atMs)].map(([tenantId, { due, id }]) => [tenantId, { due, id }]);
  floors.of(0, 0);
  for (let n = 1; n <= 199; n++) taken(2, n);
  expect(floors.of(2, 10).size).toBe(0);
  taken(2, 200);
  taken(1, 300);
  expect(floorsOf(2, 10)).toEqual([[tenant(1), at(200)]]);
  expect(floors.of(1, 10).size).toBe(0);
  expect(floors.of(2, 1_100).size).toBe(0);
  taken(2, 400);
  expect(floorsOf(2, 1_200)).toEqual([[tenant(1), at(400)]]);
});
