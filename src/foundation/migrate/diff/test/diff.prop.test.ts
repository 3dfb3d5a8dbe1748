import fc from 'fast-check';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { compareSnapshots, type Described, describeDatabase } from '../../snapshot/index.ts';
import { planDiff } from '../index.ts';
import { type Choices, choices, only } from './choices.ts';
import { schemaOf } from './schemas.ts';

const [first, second] = [await testDatabase(), await testDatabase()];
// The numbers of the catalog as connect gives them.
const types = { getTypeParser: ((oid: number, format: 'text') => (oid === 20 ? Number : pg.types.getTypeParser(oid, format))) as never };
const [a, b] = [first, second].map(({ url }) => new pg.Client({ connectionString: url, types })) as [pg.Client, pg.Client];
await a.connect();
await b.connect();
afterAll(async () => {
  await a.end();
  await b.end();
});

const clean = `drop schema if exists shop cascade; drop schema if exists "Odd ""one" cascade; drop publication if exists news;
  drop foreign data wrapper if exists nowhere cascade;
  alter default privileges grant execute on functions to public`;

async function describe(client: pg.Client): Promise<Described> {
  await client.query('begin isolation level repeatable read');
  try {
    return await describeDatabase(client);
  } finally {
    await client.query('rollback');
  }
}

const runs = Number(process.env.PLINTH_PROPERTY_RUNS ?? 20);

// What was found once. The name of an index changes hands: from a partition that stays, from one that goes, and both.
const found: [Choices, Choices][] = [
  [only({ events: 2, eventIndex: 3, eventParts: 3 }), only({ events: 1, eventKey: 1, eventIndex: 3, eventParts: 2 })],
  [only({ events: 1, eventIndex: 3, eventParts: 1 }), only({ events: 1, eventIndex: 3, eventParts: 3 })],
  [only({ events: 1, eventIndex: 3, eventParts: 2 }), only({ events: 1, eventIndex: 3, eventParts: 3 })],
];

test('[I31] whatever two schemas are, the plan between them leads from one to the other, and then there is nothing to do', async () => {
  await fc.assert(
    fc.asyncProperty(choices, choices, async (from, to) => {
      await a.query(clean);
      await b.query(clean);
      await a.query(schemaOf(from));
      await b.query(schemaOf(to));
      const [before, wanted] = [await describe(a), await describe(b)];
      const user = first.endpoint.user;
      let plan: ReturnType<typeof planDiff>;
      try {
        plan = planDiff(before, wanted, user);
      } catch (error) {
        // Loud, and about something that nobody but its author can decide.
        const { object } = (error as { details?: { object?: string } }).details ?? {};
        if ((error as { code?: string }).code !== 'PLINTH_MIGRATE_CANNOT_EXPRESS') throw error;
        expect(['type shop.mood', 'table shop.events', 'type shop.pair', 'collation shop.german']).toContain(object);
        return;
      }
      for (const { sql } of plan) {
        await a.query(sql.replace(/^set local /, 'set ')).catch((error) => {
          throw new Error(`${sql}\n${error.message}\n${plan.map((one) => one.sql).join(';\n')}`);
        });
      }
      const after = await describe(a);
      const left = compareSnapshots(wanted.snapshot, after.snapshot).filter(({ change }) => change !== 'reordered');
      expect(left, plan.map((one) => one.sql).join(';\n')).toEqual([]);
      expect(after.snapshot.rootHash).toBe(wanted.snapshot.rootHash);
      expect(planDiff(after, wanted, user)).toEqual([]);
    }),
    { numRuns: runs + found.length, examples: found, endOnFailure: process.env.PLINTH_PROPERTY_SHRINK === undefined },
  );
});
