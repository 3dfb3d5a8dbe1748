import { expect, test } from 'vitest';
import { databaseMax, fitServer, normalPoolMax, poolMax, shrinkToFit } from './sizing.ts';

test('[I11] the guide: many short for oltp, fewer for content, workers for queue, few long for olap', () => {
  expect((['oltp', 'content', 'queue', 'olap'] as const).map((tier) => normalPoolMax(tier, 2))).toEqual([8, 4, 4, 2]);
  expect((['oltp', 'content', 'queue', 'olap'] as const).map((tier) => normalPoolMax(tier, 16))).toEqual([33, 17, 18, 2]);
});

test('[I11] no pool is without a connection', () => {
  for (const priority of ['critical', 'normal', 'batch', 'maintenance', 'listen'] as const) {
    for (const login of ['app', 'owner'] as const) expect(poolMax(1, priority, login)).toBeGreaterThanOrEqual(1);
  }
  expect(databaseMax(1)).toBe(11);
  expect(databaseMax(8)).toBe(24);
});

test('[I11] the defaults of a small machine fit a server as it is installed', () => {
  const databases = (['oltp', 'content', 'queue', 'olap'] as const).map((name) => ({ name, normalMax: normalPoolMax(name, 2) }));
  expect(fitServer({ maxConnections: 100, reserved: 3 }, databases, 1).fits).toBe(true);
});

test('[I11] what does not fit shows its sum', () => {
  const { fits, arithmetic } = fitServer({ maxConnections: 25, reserved: 3 }, [{ name: 'db/oltp', normalMax: 8 }], 2);
  expect(fits).toBe(false);
  expect(arithmetic.split('\n').map((line) => line.trim())).toEqual([
    '24 for db/oltp (normal pool 8, all priorities and both logins)',
    '5 for sessions and the liveness probe',
    '= 29 per process × 2 = 58 needed',
    'max_connections 25 − 3 reserved = 22, less 10 % = 19 available',
  ]);
});

test('[I11] sizes nobody chose are made to fit a server, chosen ones stay', () => {
  const server = { maxConnections: 100, reserved: 3 };
  const sizes = (['oltp', 'content', 'queue', 'olap'] as const).map((name) => ({
    name,
    normalMax: normalPoolMax(name, 64),
    isChosen: false,
  }));
  const shrunk = shrinkToFit(server, sizes, 1);
  expect(fitServer(server, shrunk, 1).fits).toBe(true);
  expect(shrunk.map(({ normalMax }) => normalMax)).toEqual([7, 7, 8, 2]);
  const chosen = shrinkToFit(
    server,
    sizes.map((size) => ({ ...size, isChosen: true })),
    1,
  );
  expect(chosen.map(({ normalMax }) => normalMax)).toEqual([129, 65, 66, 2]);
});
