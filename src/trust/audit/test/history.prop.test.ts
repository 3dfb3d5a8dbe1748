import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrail, type Trail, trackOpenly } from './fixture.ts';

let trail: Trail;
beforeAll(async () => {
  trail = await openTrail();
});
afterAll(() => trail[Symbol.asyncDispose]());

const columns = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const anyRow = fc.record({
  a: fc.option(fc.integer({ min: -5, max: 5 })),
  b: fc.option(fc.constantFrom('', 'x', 'ä "quoted" \\ text', "it's {} [] null", 'line\nbreak')),
  c: fc.option(fc.constantFrom('1', '1.0', '1.00', '12345678901234567890.123456789')),
  d: fc.option(fc.constantFrom('2026-01-31 23:59:59.123456+00', '2026-06-01 00:00:00+02', 'infinity')),
  e: fc.option(fc.constantFrom('{}', '{a,NULL,"b c"}', '{{1,2},{3,4}}')),
  f: fc.option(fc.constantFrom('{"a": 1.10, "b": [null, {}]}', '[]', '"text"', '{"b":1,"a":2}')),
});

const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), ids: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1 }), value: anyRow }),
  fc.record({
    kind: fc.constant('set' as const),
    ids: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1 }),
    column: fc.constantFrom(...columns),
    value: anyRow,
  }),
  fc.record({ kind: fc.constant('delete' as const), ids: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1 }) }),
  fc.record({ kind: fc.constant('swap' as const), from: fc.integer({ min: 1, max: 4 }), to: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('truncate' as const) }),
  fc.record({ kind: fc.constant('undo' as const), ids: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1 }) }),
);

/** The same expressions as the trail has them, read after each step: what history has to give back. */
const snapshot = `select id, json_build_object('a', a, 'b', b, 'c', c, 'd', d, 'e', e, 'f', f, 'g', g)::text as row from shop.random order by id`;

test('[I4] history gives back every version of a random workload, to the last digit', async () => {
  await trail.owner(
    'create table shop.random (id int primary key, a int, b text, c numeric, d timestamptz, e text[], f json, g int generated always as (a * 2) stored)',
  );
  await trail.owner(trackOpenly('shop.random'), "set timezone = 'Asia/Kathmandu'");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      await trail.owner('truncate shop.random');
      const [begin] = await trail.rows('select max(id)::int as id from audit.events');
      const seen = new Map<number, (string | undefined)[]>([1, 2, 3, 4].map((id) => [id, []]));
      for (const one of steps) {
        await run(one);
        // As the trail writes them, whatever the session's own settings are.
        await trail.owner("set timezone = 'UTC'");
        const now = new Map((await trail.rows(snapshot)).map(({ id, row }) => [id as number, row as string]));
        await trail.owner("set timezone = 'Asia/Kathmandu'");
        for (const [id, states] of seen) if (states.at(-1) !== now.get(id)) states.push(now.get(id));
      }
      for (const [id, states] of seen) {
        const { versions, unseen } = await trail.audit.history({ table: 'shop.random', key: [String(id)] });
        const told = versions.filter(({ eventId }) => (eventId ?? 0) > ((begin?.id as number) ?? 0)).map(({ row }) => row);
        // An upsert, or keys that change places, can leave a state that lasts for no step.
        const lasting = told.filter((row, place) => JSON.stringify(row) !== JSON.stringify(told[place - 1]));
        expect(unseen).toEqual([]);
        expect(versions.flatMap((version) => version.unseen)).toEqual([]);
        const expected = states.map((state) => (state === undefined ? undefined : sorted(state)));
        expect(lasting.map((row) => (row ? sorted(JSON.stringify(row)) : undefined))).toEqual(expected);
      }
    }),
    { numRuns: 40 },
  );
});

const sorted = (json: string) => {
  const keep = (_: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source ? context.source : value;
  return Object.entries(JSON.parse(json, keep as (key: string, value: unknown) => unknown) as object).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
};

async function run(one: typeof step extends fc.Arbitrary<infer S> ? S : never): Promise<void> {
  const { client } = trail;
  switch (one.kind) {
    case 'put': {
      const { a, b, c, d, e, f } = one.value;
      const text = `insert into shop.random (id, a, b, c, d, e, f) select id, $2::int, $3, $4::numeric, $5::timestamptz, $6::text[], $7::json from unnest($1::int[]) id
        on conflict (id) do update set a = excluded.a, b = excluded.b, c = excluded.c, d = excluded.d, e = excluded.e, f = excluded.f`;
      await client.query(text, [one.ids, a, b, c, d, e, f]);
      return;
    }
    case 'set':
      await client.query(`update shop.random set ${one.column} = $2 where id = any ($1::int[])`, [one.ids, one.value[one.column]]);
      return;
    case 'delete':
      await client.query('delete from shop.random where id = any ($1::int[])', [one.ids]);
      return;
    case 'swap':
      await client.query('update shop.random set id = $2 where id = $1 and not exists (select from shop.random where id = $2)', [
        one.from,
        one.to,
      ]);
      return;
    case 'truncate':
      await client.query('truncate shop.random');
      return;
    case 'undo':
      await client.query('begin');
      await client.query('delete from shop.random where id = any ($1::int[])', [one.ids]);
      await client.query('rollback');
  }
}
