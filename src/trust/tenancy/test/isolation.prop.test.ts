import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { testPasswords } from '../../../../tests/support/index.ts';
import type { TenantSubject } from '../../../foundation/connect/index.ts';
import { Attacks, countsForeign } from './attacks.ts';
import { Dice } from './dice.ts';
import { tenancyFixture } from './fixture.ts';
import { PipelinedSession } from './pipelined-session.ts';
import { buildWorld, columnTypes, marksOf, restoreRows, type Table, type World } from './world.ts';

// A full run is 100,000; the default is what fits into the time of a run of all tests.
const statements = Number(process.env.PLINTH_TEST_ISOLATION_STATEMENTS ?? 10_000);
const sound = { count: 2_500, perTransaction: 50 } as const;
type Size = { readonly count: number; readonly perTransaction: number };

const { tenancy, connect, owner, databases, ...fixture } = await tenancyFixture({ normalConnections: 2 });
afterAll(() => fixture[Symbol.asyncDispose]());

const [mine, ...others] = await Promise.all(['one', 'two', 'three'].map(async (slug) => (await tenancy.create({ slug })).id));
const own = mine as string;
const memberOf = async (role: 'owner' | 'viewer') => (await tenancy.addUser({ tenantId: own, email: `${role}@example.org`, role })).userId;
const [ownerId, viewerId] = [await memberOf('owner'), await memberOf('viewer')];

const nobody = { subject: undefined, forbidden: marksOf([own, ...others]) };
const attackers: readonly { readonly subject: TenantSubject | undefined; readonly forbidden: RegExp }[] = [
  { subject: { tenantId: own, userId: ownerId }, forbidden: marksOf(others) },
  { subject: { tenantId: own, userId: viewerId }, forbidden: marksOf(others) },
  { subject: { tenantId: own }, forbidden: marksOf(others) },
  nobody,
];
const ownMarks = marksOf([own]);

interface Raid {
  /** Those that the server judged; not those it skipped, because one before had failed. */
  tried: number;
  /** Answers in which rows of one's own stand: without those nothing would be proven. */
  shown: number;
  readonly leaks: { readonly statement: string; readonly as: TenantSubject | undefined; readonly answer: string }[];
}

const skipped = new Set(['25P01', '25P02']);

/** Sends so many random statements as the application, in transactions of the attackers in turn; ends at the first leak. */
async function raid(session: PipelinedSession, world: World, dice: Dice, { count, perTransaction }: Size): Promise<Raid> {
  const attacks = new Attacks(dice, world, others);
  const done: Raid = { tried: 0, shown: 0, leaks: [] };
  while (done.tried < count && done.leaks.length === 0) {
    const { subject, forbidden } = dice.pick(attackers);
    const { signal } = new AbortController();
    const enter = subject ? await tenancy.sessionContext.prelude(subject, 'oltp', { signal }, session.backendPid) : 'select';
    const opening = ['rollback', 'discard all', `begin; ${enter}; set local statement_timeout to '10s'; savepoint home`];
    const end = dice.chance(15) ? 'commit' : 'rollback';
    const texts = [
      ...opening,
      // What is not rolled back is the ground on which the next one stands, or makes the server skip it.
      ...Array.from({ length: perTransaction }, () => `${dice.chance(85) ? 'rollback to home; ' : ''}${attacks.next()}`),
      end,
      attacks.look(),
      attacks.look(),
    ];
    const answers = await session.send(texts);
    if (end === 'commit') await databases.oltp.client.query(restoreRows(world, own).join(';'));
    expect(answers.slice(1, opening.length).map(({ sqlstate }) => sqlstate)).toEqual([undefined, undefined]);
    for (const [index, { bytes, sqlstate }] of answers.entries()) {
      if (index < opening.length || skipped.has(sqlstate ?? '') || done.leaks.length > 0) continue;
      done.tried++;
      if (ownMarks.test(bytes)) done.shown++;
      if (!forbidden.test(bytes) && !countsForeign(bytes)) continue;
      done.leaks.push({ statement: texts[index] ?? '', as: subject, answer: bytes.slice(0, 2_000) });
    }
  }
  return done;
}

/** Rows of the tenants that are attacked, to see that none is changed. */
async function digest({ schema, tables }: World): Promise<string> {
  const parts = tables.map(
    ({ name }) => `select md5(string_agg(t::text, ',' order by t::text)) as d from ${schema}.${name} t where tenant_id <> '${own}'`,
  );
  return JSON.stringify((await databases.oltp.client.query(parts.join(' union all '))).rows);
}

async function inWorld<T>(world: World, work: () => Promise<T>): Promise<T> {
  await owner('oltp', ...buildWorld(world, own, others));
  const result = await work();
  await owner('oltp', `drop schema ${world.schema} cascade`);
  return result;
}

const openSession = () => {
  const { host, port, database } = databases.oltp.endpoint;
  return PipelinedSession.open({ host, port, database, user: 'plinth_app', password: testPasswords.appPassword });
};

const tables: fc.Arbitrary<Table[]> = fc
  .array(
    fc.record({
      columns: fc.uniqueArray(fc.constantFrom(...columnTypes), { maxLength: 4 }),
      isPartitioned: fc.boolean(),
      hasParent: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) => list.map((table, index) => ({ ...table, name: `t${index}` })));
const seeds = fc.noShrink(fc.integer());

test('[I1] whatever one tenant sends, it is shown nothing of another and changes nothing of it', async () => {
  await using session = await openSession();
  let worlds = 0;
  const total = { tried: 0, shown: 0 };
  const began = performance.now();
  await fc.assert(
    fc.asyncProperty(tables, seeds, async (list, seed) => {
      const world = { schema: `world${worlds++}`, tables: list };
      await inWorld(world, async () => {
        const before = await digest(world);
        const { tried, shown, leaks } = await raid(session, world, new Dice(seed), sound);
        expect(leaks).toEqual([]);
        expect(await digest(world)).toBe(before);
        total.tried += tried;
        total.shown += shown;
      });
    }),
    { numRuns: Math.ceil(statements / sound.count), endOnFailure: true },
  );
  console.info(
    `${total.tried} statements, ${Math.round((total.tried * 1_000) / (performance.now() - began))}/s, ${total.shown} showed rows`,
  );
  expect(total.shown / total.tried).toBeGreaterThan(0.15);
});

const broken: World = { schema: 'broken', tables: [{ name: 't0', columns: ['text', 'bytea'], isPartitioned: false, hasParent: false }] };

test.each([
  ['row security off', 'alter table broken.t0 disable row level security'],
  ['an open policy for reading', 'create policy open on broken.t0 for select using (true)'],
  ['an open policy for deleting', 'create policy open on broken.t0 for delete using (true)'],
  ['a policy that opens a single row', 'create policy open on broken.t0 for select using (id = 120)'],
  ['a view with the rights of its owner', 'alter view broken.t0_view set (security_invoker = false)'],
  ['a definer function', 'alter function broken.t0_rows() security definer'],
  ['a definer function that only counts', 'alter function broken.tally(text) security definer'],
  ['a definer function that runs what it is given', 'alter function broken.ask(text) security definer'],
  ['a function that is wrongly said to be leakproof', 'alter function broken.tell(text) leakproof'],
])('[I1] %s is found', async (_, change) => {
  await using session = await openSession();
  const { leaks } = await inWorld(broken, async () => {
    await databases.oltp.client.query(change);
    return raid(session, broken, new Dice(1), { count: 10_000, perTransaction: 10 });
  });
  expect(leaks).toHaveLength(1);
});

test('[I1] work for the system sees no tenant’s row either', async () => {
  await inWorld(broken, async () => {
    const look = connect.transaction({ tier: 'oltp', tag: 'test.system', as: 'system' }, (tx) => tx.query({ text: 'table broken.t0' }));
    expect((await look).rows).toEqual([]);
  });
});

class Undo extends Error {}

test('[I11] what an attacker leaves in a pooled connection shows the next one nothing of another', async () => {
  const attacks = new Attacks(new Dice(2), broken, others);
  await inWorld(broken, async () => {
    for (let round = 0; round < 40; round++) {
      await tenancy
        .run({ tenantId: own, userId: ownerId }, { tier: 'oltp', tag: 'test.attack', isRetryable: false }, async (tx) => {
          for (let step = 0; step < 4; step++) await tx.savepoint(() => tx.query({ text: attacks.next() })).catch(() => {});
          if (round % 2 === 0) throw new Undo();
        })
        .catch(() => {});
      for (const tenantId of [own, ...others]) {
        // A setting left in the session may make it an error, never another tenant's row.
        const look = tenancy
          .run({ tenantId }, { tier: 'oltp', tag: 'test.look' }, (tx) => tx.query({ text: 'select distinct tenant_id from broken.t0' }))
          .catch(() => ({ rows: [] }));
        expect([[], [{ tenant_id: tenantId }]]).toContainEqual((await look).rows);
      }
    }
  });
});
