import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../../../foundation/connect/index.ts';
import { uuidv7 } from '../../../../kernel/index.ts';
import { bandBases } from '../../model/bands.ts';
import { type ClaimPlace, claimOrder, effectiveBand, type WaitingJob } from '../model/claim-order.ts';
import { Ring } from '../model/ring.ts';
import { claim } from '../sql/queries/queries.gen.ts';
import { type ClaimFixture, claimFixture, requestOf } from './fixture.ts';

const minuteMs = 60_000;
const bands = [0, 1, 2, 3, 4];
let fixture: ClaimFixture;
let session: Session;
beforeAll(async () => {
  fixture = await claimFixture(8);
  session = await fixture.session();
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

interface Asked {
  readonly wanted: number;
  readonly places: readonly (Pick<ClaimPlace, 'effective' | 'quota' | 'turnSize'> & { readonly lastTenant: number })[];
  readonly weights: readonly number[];
}

const waiting = fc.array(
  fc.record({
    tenant: fc.nat(7),
    band: fc.constantFrom(...bands),
    // Half-way between two points of priority: neither the clock of the server nor that of this process decides.
    tens: fc.nat(22),
  }),
  { maxLength: 60 },
);
const asked: fc.Arbitrary<Asked> = fc.record({
  wanted: fc.integer({ min: 1, max: 40 }),
  places: fc.shuffledSubarray(bands).chain((order) =>
    fc.tuple(
      ...order.map((effective) =>
        fc.record({
          effective: fc.constant(effective),
          quota: fc.integer({ min: 1, max: 15 }),
          turnSize: fc.integer({ min: 1, max: 4 }),
          lastTenant: fc.integer({ min: -1, max: 7 }),
        }),
      ),
    ),
  ),
  weights: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 })),
});

/** Runs one claim, and says what it took and what the model says it takes. */
async function claimBoth(jobs: readonly WaitingJob[], { wanted, places, weights }: Asked) {
  const tenantWeights = Object.fromEntries(weights.map((weight, n) => [fixture.tenants[n], weight]));
  const rings = places.map(({ lastTenant }) => {
    const ring = new Ring();
    ring.moveTo(fixture.tenants[lastTenant], new Set());
    return ring.parts(new Map());
  });
  const parts = rings.flatMap((ring, n) => ring.map((part) => ({ ...part, place: n + 1 })));
  const rows = await claim.all(session, {
    lease_id: uuidv7(),
    worker_id: uuidv7(),
    queue_id: fixture.queueId,
    queue_name: 'claims',
    lease_ms: 30_000,
    wanted,
    without_types: [],
    bases: bandBases,
    oldest: bands.map((band) => new Date(Math.min(Date.now(), ...jobs.filter((job) => job.band === band).map(({ due }) => due)))),
    tenant_weights: JSON.stringify(tenantWeights),
    effective_bands: places.map(({ effective }) => effective),
    quotas: places.map(({ quota }) => quota),
    turn_sizes: places.map(({ turnSize }) => turnSize),
    part_places: parts.map(({ place }) => place),
    part_from: parts.map(({ from }) => from),
    part_floors: parts.map(({ floor }) => floor.due),
    part_floor_ids: parts.map(({ floor }) => floor.id),
    part_until: parts.map(({ until }) => until),
  });
  const expected = claimOrder(
    { jobs, nowMs: Date.now(), bases: bandBases, tenantWeights },
    places.map((place, n) => ({ ...place, from: rings[n]?.[0]?.from ?? '' })),
    wanted,
  );
  return { taken: rows.filter(({ id }) => id !== null), expected };
}

const rowVersions = async () => {
  const { rows } = await fixture.platform.databases.queue.client.query('select id, xmin::text from queue.job_ready order by id');
  return new Map(rows.map((row) => [row.id, row.xmin]));
};

test('[I31] claims of random jobs, aged and fresh, take what the model of the order takes, and rewrite nothing', async () => {
  let aged = 0;
  await fc.assert(
    fc.asyncProperty(waiting, fc.tuple(asked, asked), async (specs, claims) => {
      await fixture.clear();
      const nowMs = Date.now();
      let jobs: WaitingJob[] = specs.map(({ tenant, band, tens }) => ({
        tenantId: fixture.tenants[tenant] as string,
        id: uuidv7(),
        band,
        due: nowMs - (tens * 10 + 5) * minuteMs,
      }));
      await fixture.put(jobs);
      const before = await rowVersions();
      for (const each of claims) {
        const { taken, expected } = await claimBoth(jobs, each);
        expect(taken.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        const gone = new Set(taken.map(({ id }) => id));
        aged += taken.filter(({ effective, band }) => effective !== band).length;
        for (const { effective, band, due } of taken)
          expect(effective).toBe(effectiveBand(band ?? 0, nowMs - Date.parse(due ?? ''), bandBases));
        jobs = jobs.filter(({ id }) => !gone.has(id));
        const after = await rowVersions();
        expect([...after.keys()]).toEqual(jobs.map(({ id }) => id).sort());
        for (const [id, version] of after) expect(version).toBe(before.get(id));
      }
    }),
    { seed: 20_250_108, numRuns: 25 },
  );
  expect(aged).toBeGreaterThan(25);
});

test('[I32] a Background job that has waited three hours overtakes a fresh Critical one', async () => {
  await fixture.clear();
  const [tenantId] = fixture.tenants as [string];
  const now = Date.now();
  const fresh: WaitingJob = { tenantId, id: uuidv7(), band: 0, due: now };
  const old: WaitingJob = { tenantId, id: uuidv7(), band: 4, due: now - 191 * minuteMs };
  await fixture.put([fresh, old]);
  const claims = [];
  for (let n = 0; n < 2; n++) claims.push(await fixture.claimer().claim(session, requestOf(1)));
  expect(claims.map((claimed) => claimed?.jobs.map(({ id, effective }) => ({ id, effective })))).toEqual([
    [{ id: old.id, effective: 0 }],
    [{ id: fresh.id, effective: 0 }],
  ]);
});
