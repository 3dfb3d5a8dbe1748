import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Connect, Session } from '../../../../foundation/connect/index.ts';
import { type Executor, uuidv7 } from '../../../../kernel/index.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import type { BatchState, OpenedQueue, Step } from '../../index.ts';

let platform: TestPlatform;
let queue: OpenedQueue;
let connect: Connect;
let tenantId: string;
let sessions: readonly [Session, Session];

beforeAll(async () => {
  platform = await testPlatform();
  queue = platform.use<OpenedQueue>('queue');
  connect = platform.use<Connect>('connect');
  tenantId = (await platform.use<Tenancy>('tenancy').create({ slug: 'joins' })).id;
  const open = () => connect.session({ tier: 'queue', tag: 'test.joins' });
  sessions = [await open(), await open()];
  // Who waits for another is found out, and not waited for.
  for (const session of sessions) await session.query({ text: `set lock_timeout = '20s'` });
  await rows(`set lock_timeout = '20s'`);
  // Nobody runs them: how they end is said by the test.
  queue.define({ name: 'nobodys', queue: 'default' });
  queue.define({ name: 'after-all', queue: 'default' });
});
afterAll(async () => {
  for (const session of sessions) await session[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

type Outcome = 'completed' | 'dead' | 'cancelled';
const client = () => platform.databases.queue.client;
const rows = async (text: string, values: unknown[] = []) => (await client().query(text, values)).rows;
const ask = async (on: Executor, text: string) => void (await on.query({ text }));

/** As a worker does that claimed them before: they are recorded as ended, and settled, in one transaction. */
const end = (on: Executor, jobs: readonly { readonly id: string; readonly status: string }[]) =>
  on.query({
    text: `with given as (
         select j.tenant_id, j.id, g.status, j.follow from unnest($2::uuid[], $3::text[]) g(id, status)
           join queue.jobs j on j.tenant_id = $1 and j.id = g.id
       ), claimed as (
         delete from queue.job_ready r using given g where r.tenant_id = g.tenant_id and r.id = g.id returning r.id
       ), results as (
         insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id)
         select g.tenant_id, g.id, 1, g.status, 0, now(), now(), $4 from given g join claimed c on c.id = g.id
       )
       select queue.settle(array_agg(g.tenant_id), array_agg(g.id), array_agg(g.status), array_agg(g.follow)) from given g join claimed c on c.id = g.id`,
    values: [tenantId, jobs.map(({ id }) => id), jobs.map(({ status }) => status), uuidv7()],
  });
const addUp = () => rows('select queue.add_up_all(100)');
const readyIds = async () =>
  (await rows('select id from queue.job_ready r where r.tenant_id = $1', [tenantId])).map(({ id }) => id as string);

interface Drawn {
  readonly after: readonly number[];
  readonly policy: 'fail' | 'continue' | 'cancel';
  readonly outcome: Outcome;
}

/** What becomes of each step, by what those before it came to. */
function expected(steps: readonly Drawn[]): readonly BatchState[] {
  const states: BatchState[] = [];
  for (const { after, policy, outcome } of steps) {
    const isRun = policy === 'continue' || after.every((parent) => states[parent] === 'completed');
    const ran = outcome === 'dead' ? 'failed' : outcome;
    states.push(isRun ? ran : policy === 'fail' ? 'failed' : 'cancelled');
  }
  return states;
}

const graph = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, n) =>
      fc.record({
        after: fc.subarray(Array.from({ length: n }, (_, parent) => parent)),
        policy: fc.constantFrom('fail' as const, 'continue' as const, 'cancel' as const),
        outcome: fc.constantFrom<Outcome>('completed', 'completed', 'completed', 'dead', 'cancelled'),
      }),
    ),
  ),
);
/** How the ends of a round fall: on which of two sessions each, whether the leader looks in between, and whether the second is killed. */
const course = fc.array(fc.record({ split: fc.nat(), looks: fc.boolean(), isKilled: fc.boolean() }), { minLength: 4, maxLength: 4 });

test('[I92, I95] in random flows whose ends overlap, are killed and are seen late, each step ends in the one state it has to', async () => {
  await fc.assert(
    fc.asyncProperty(graph, course, async (drawn, rounds) => {
      const steps: Step[] = drawn.map(({ after, policy }, n) => ({
        key: `${n}`,
        job: 'nobodys',
        payload: {},
        after: after.map(String),
        onParentFailed: policy,
      }));
      const call = { job: 'after-all', payload: null };
      const { id, jobIds } = await queue.flows.flow({ tenantId, steps, onCompleted: call, onFailed: call });
      const ran: string[] = [];
      for (let round = 0; ; round++) {
        const { split, looks, isKilled } = rounds[round % rounds.length] as { split: number; looks: boolean; isKilled: boolean };
        const ready = (await readyIds()).filter((job) => jobIds.includes(job));
        if (ready.length === 0) {
          // What two that ended together did not see of each other is seen by the leader.
          await addUp();
          if (!(await readyIds()).some((job) => jobIds.includes(job))) break;
          continue;
        }
        const ends = ready.map((job) => ({ id: job, status: drawn[jobIds.indexOf(job)]?.outcome ?? 'dead' }));
        const parts = [ends.filter((_, n) => (split >> n) % 2 === 0), ends.filter((_, n) => (split >> n) % 2 === 1)] as const;
        await ask(sessions[0], 'begin');
        await end(sessions[0], parts[0]);
        await ask(sessions[1], 'begin');
        // It waits for nothing that the first one holds.
        await end(sessions[1], parts[1]);
        if (looks) await addUp();
        await ask(sessions[0], 'commit');
        await ask(sessions[1], isKilled && round < 3 ? 'rollback' : 'commit');
        ran.push(...parts[0].map((one) => one.id), ...(isKilled && round < 3 ? [] : parts[1].map((one) => one.id)));
      }
      await addUp();
      const shown = await queue.flows.show(id);
      const states = expected(drawn);
      expect(shown.steps.map(({ state }) => state)).toEqual(states);
      const count = (state: BatchState) => states.filter((one) => one === state).length;
      expect(shown).toMatchObject({
        state: count('completed') === states.length ? 'completed' : 'failed',
        completed: count('completed'),
        failed: count('failed'),
        cancelled: count('cancelled'),
      });
      expect(new Set(ran).size).toBe(ran.length);
      expect(await rows(`select from queue.jobs where follow ->> 'callback' = $1`, [id])).toHaveLength(1);
      expect(await rows('select from queue.job_counts')).toEqual([]);
      expect(await rows('select from queue.job_blocked')).toEqual([]);
    }),
    { seed: 11, numRuns: 12 },
  );
  expect((await queue.upkeep.verify()).problems).toEqual({});
});

test('[I90, I93] 64 that end at the same time end their batch once', async () => {
  const { id, jobIds } = await queue.flows.batch({
    tenantId,
    jobs: Array.from({ length: 64 }, (_, n) => ({ job: 'nobodys', payload: n })),
    onCompleted: { job: 'after-all', payload: 'all 64' },
  });
  await Promise.all(
    jobIds.map((job) =>
      connect.transaction({ tier: 'queue', as: 'owner', tag: 'test.end' }, (tx) => end(tx, [{ id: job, status: 'completed' }])),
    ),
  );
  await addUp();
  await addUp();
  expect(await queue.flows.show(id)).toMatchObject({ state: 'completed', completed: 64 });
  expect(await rows(`select from queue.jobs where follow ->> 'callback' = $1`, [id])).toHaveLength(1);
});

test('[I93] who ends jobs of a batch does not wait for others who do, nor for the leader', async () => {
  const jobs = Array.from({ length: 3 }, (_, n) => ({ job: 'nobodys', payload: n }));
  const { id, jobIds } = await queue.flows.batch({ tenantId, jobs, onProgress: { job: 'after-all', payload: 'a tenth' } });
  const [a, b, c] = jobIds.map((job) => ({ id: job, status: 'completed' })) as [{ id: string; status: string }, never, never];
  await ask(sessions[0], 'begin');
  await end(sessions[0], [a]);
  await end(sessions[1], [b]);
  await ask(sessions[1], 'begin');
  await ask(sessions[1], 'select queue.add_up_all(100)');
  await end(sessions[0], [c]);
  await ask(sessions[0], 'commit');
  await ask(sessions[1], 'commit');
  expect(await queue.flows.show(id)).toMatchObject({ state: 'open', completed: 3 });
  await addUp();
  expect(await queue.flows.show(id)).toMatchObject({ state: 'completed', completed: 3 });
  expect(await rows(`select from queue.jobs where follow ->> 'callback' = $1`, [id])).toHaveLength(1);
});

test('[I95] what ends behind a step that failed is as long as it likes', async () => {
  const length = 120;
  const steps: Step[] = Array.from({ length }, (_, n) => ({
    key: `${n}`,
    job: 'nobodys',
    payload: null,
    after: n === 0 ? [] : [`${n - 1}`],
  }));
  const { id, jobIds } = await queue.flows.flow({ tenantId, steps });
  await end(sessions[0], [{ id: jobIds[0] as string, status: 'dead' }]);
  await addUp();
  expect(await queue.flows.show(id)).toMatchObject({ state: 'failed', failed: 1, cancelled: length - 1 });
});

test('[I99] what a tenant writes by hand into its own rows stops nobody', async () => {
  const good = await queue.flows.batch({ tenantId, jobs: [{ job: 'nobodys', payload: null }] });
  const follows = [
    '{"batch": "not a uuid"}',
    '{"batch": {}, "step": []}',
    `{"batch": "${good.id}", "step": 7}`,
    '{"batch": null}',
    '{"step": "x"}',
  ];
  const ids: string[] = [];
  for (const follow of follows) {
    const { id } = await queue.enqueue('nobodys', null, { tenantId });
    await rows('update queue.jobs set follow = $2 where id = $1', [id, follow]);
    ids.push(id);
  }
  const bad = uuidv7();
  await rows(
    `insert into queue.job_batches (tenant_id, id, kind, total, on_completed) values ($1, $2, 'batch', 1, '{"type": "after-all", "queue": "default", "band": "x"}')`,
    [tenantId, bad],
  );
  const { id: last } = await queue.enqueue('nobodys', null, { tenantId });
  await rows('update queue.jobs set follow = $2 where id = $1', [last, JSON.stringify({ batch: bad })]);
  await end(
    sessions[0],
    [...ids, last, good.jobIds[0] as string].map((id) => ({ id, status: 'completed' })),
  );
  await addUp();
  expect(await queue.flows.show(good.id)).toMatchObject({ state: 'completed' });
  expect(await queue.flows.show(bad)).toMatchObject({ state: 'completed' });
});
