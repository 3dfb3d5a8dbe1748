import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/until.ts';
import type { Connect, Session } from '../../../../foundation/connect/index.ts';
import { nilUuid } from '../../../../kernel/index.ts';
import type { OpenedQueue } from '../../queue.ts';
import { type AnyJob, openWorld, type World } from './fixture.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const sql = async (text: string, ...values: readonly unknown[]) => (await world.client.query(text, [...values])).rows;
const problems = async () => (await world.platform.use<OpenedQueue>('queue').upkeep.verify()).examples;

/** Sessions on which the first statement like this fails: it was done and the answer is lost, or it never came to the server. */
function losing(statement: RegExp, isDone: boolean) {
  const connect = world.platform.use<Connect>('connect');
  const lost: string[] = [];
  const session: Connect['session'] = async (request) => {
    const opened = await connect.session(request);
    const real = opened.query.bind(opened);
    const query: Session['query'] = async (asked) => {
      if (lost.length > 0 || !statement.test(asked.text)) return real(asked);
      lost.push(asked.text);
      if (isDone) await real(asked);
      throw new Error('the connection was lost');
    };
    return Object.assign(opened, { query });
  };
  // As a prototype it keeps its own state.
  const bound = { transaction: connect.transaction.bind(connect), databaseKey: connect.databaseKey.bind(connect) };
  return { connect: Object.assign(Object.create(connect) as Connect, bound, { session }), lost };
}
const whetherDone = [true, false];

test.each(whetherDone)('[I120] a job that gets a lease of its own is run once, its answer lost (done: %s)', async (isDone) => {
  const queue = await world.queue({ job: { handler: () => {} } });
  const ids = await queue.put('job', [{ crashCount: 1 }, {}, { crashCount: 2 }]);
  const { connect, lost } = losing(/queue\.split\(/, isDone);
  const worker = queue.worker({}, undefined, connect);
  worker.start();
  const ended = await queue.ended(3);
  await until(async () => (await sql('select from queue.job_leases where queue_id = $1 and finished is null', queue.id)).length === 0);
  const { leaseLosses } = worker.counts();
  await worker.stop();
  expect(lost).toHaveLength(1);
  expect(ended.map(({ job_id, attempt, status }) => [job_id, attempt, status]).sort()).toEqual(
    ids.map((id) => [id, 1, 'completed']).sort(),
  );
  expect(leaseLosses).toBe(0);
  expect(await problems()).toEqual([]);
});

test.each(whetherDone)('[I120] what a stop gives back waits once, its answer lost (done: %s)', async (isDone) => {
  const running = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const queue = await world.queue({
    job: {
      handler: () => {
        running.resolve();
        return end.promise;
      },
    },
  });
  await queue.put('job', [{}, {}, {}]);
  const { connect, lost } = losing(/queue\.give_back\(/, isDone);
  const worker = queue.worker({ slots: 1 }, undefined, connect);
  worker.start();
  await running.promise;
  const stopping = worker.stop();
  await until(async () => (await queue.waiting()) === 2, { what: 'the others to be ready' });
  end.resolve();
  await stopping;
  expect(lost).toHaveLength(1);
  expect(await queue.results()).toMatchObject([{ attempt: 1, status: 'completed' }]);
  expect(await queue.waiting()).toBe(2);
  expect(await problems()).toEqual([]);
});

test('[I121] a claim whose answer is lost goes back at once, and no crash is counted', async () => {
  const seen: number[] = [];
  const queue = await world.queue({ job: { handler: ({ attempt }: AnyJob) => void seen.push(attempt) } });
  await queue.put('job', [{}, {}]);
  const { connect, lost } = losing(/insert into queue\.job_leases/, true);
  const worker = queue.worker({}, undefined, connect);
  worker.start();
  const ended = await queue.ended(2);
  await worker.stop();
  expect(lost).toHaveLength(1);
  expect(seen).toEqual([1, 1]);
  const logs = await sql(
    'select from queue.job_logs where job_id = any($1)',
    ended.map(({ job_id }) => job_id),
  );
  expect(logs).toEqual([]);
  expect(await problems()).toEqual([]);
});

test.each([
  ['take', /queue\.take_units\(/],
  ['commit', /^commit$/],
] as const)('[I122] a claim that is lost between its jobs and their units took neither, or both (%s)', async (key, statement) => {
  const seen: number[] = [];
  const queue = await world.queue({
    job: {
      limits: () => [{ name: 'killed', key, most: 1, isStrict: true }],
      handler: ({ payload }: { payload: { n: number } }) => void seen.push(payload.n),
    },
  });
  await queue.put(
    'job',
    [0, 1, 2].map((n) => ({ payload: { n } })),
  );
  const { connect, lost } = losing(statement, key === 'commit');
  const worker = queue.worker({}, undefined, connect);
  worker.start();
  await queue.ended(3);
  await until(async () => (await sql('select used from queue.job_limits where key = $1', key))[0]?.used === 0);
  await worker.stop();
  expect(lost).toHaveLength(1);
  expect(seen).toEqual([0, 1, 2]);
  expect(await problems()).toEqual([]);
});

test('[I122] what runs keeps its unit when units are recounted, and its place in line when its worker is lost', async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const queue = await world.queue({
    job: {
      limits: () => [{ name: 'held', key: 'a', most: 1, isStrict: true }],
      handler: () => {
        begun.resolve();
        return end.promise;
      },
    },
  });
  const [first] = await queue.put('job', [{}]);
  const worker = queue.worker();
  worker.start();
  try {
    await begun.promise;
    const used = async () => (await sql(`select used, has_holds from queue.job_limits where name = 'held'`))[0];
    expect(await sql('select queue.recount_limits() as corrected')).toEqual([{ corrected: 0 }]);
    expect(await used()).toEqual({ used: 1, has_holds: false });
    await sql(`update queue.job_leases set expires = now() - interval '1 s' where queue_id = $1`, queue.id);
    await sql(`select queue.rescue('${nilUuid}', 1000)`);
    expect(await used()).toEqual({ used: 1, has_holds: true });
    expect(await sql(`select job_id from queue.job_limit_holds where name = 'held'`)).toEqual([{ job_id: first }]);
  } finally {
    end.resolve();
    await worker.stop();
  }
});

test('[I122] a lease that was lost before it had its units gives none back, and none of its jobs keeps one', async () => {
  const queue = await world.queue({ job: {} });
  const follow = JSON.stringify({ limits: [{ name: 'untaken', key: 'a', most: 1, isStrict: true }] });
  const ids = await queue.put('job', [{}, {}]);
  await sql('update queue.jobs set follow = $2 where id = any($1)', ids, follow);
  await sql(
    `insert into queue.job_limits (tenant_id, name, key, kind, most, used) values ($1, 'untaken', 'a', 'concurrency', 1, 1)`,
    world.tenants[0],
  );
  const lose = async (id: string | undefined, how: string) => {
    const [{ lease }] = await sql(
      `with gone as (delete from queue.job_ready where id = $1 returning *)
       insert into queue.job_leases (id, worker_id, queue_id, expires, items)
       select uuidv7(), $2, queue_id, now() - interval '1 s',
              array[row(tenant_id, id, due, band, type_id, attempt, crash_count)::queue.leased_job] from gone returning id as lease`,
      id,
      nilUuid,
    );
    await sql(how.replace('$lease', `'${lease}'`));
    expect(await sql(`select used from queue.job_limits where name = 'untaken'`)).toEqual([{ used: 1 }]);
    expect(await sql('select from queue.job_limit_holds where job_id = $1', id)).toEqual([]);
  };
  await lose(ids[0], `select queue.rescue('${nilUuid}', 1000)`);
  await lose(ids[1], `select queue.give_back('${nilUuid}', array[$lease]::uuid[], '{1}', '{1}')`);
  expect(await queue.waiting()).toBe(2);
});

test('[I120] giving back passes over what has its result already', async () => {
  const queue = await world.queue({ job: {} });
  const [done, open] = (await queue.put('job', [{}, {}])) as [string, string];
  const [{ lease }] = await sql(
    `with gone as (delete from queue.job_ready where queue_id = $1 returning *)
     insert into queue.job_leases (id, worker_id, queue_id, expires, items)
     select uuidv7(), $2, $1, now() + interval '1 hour',
            array_agg(row(tenant_id, id, due, band, type_id, attempt, crash_count)::queue.leased_job order by id) from gone returning id as lease`,
    queue.id,
    nilUuid,
  );
  await sql(
    `insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id)
     values ($1, $2, 1, 'completed', 1, now(), now(), $3)`,
    world.tenants[0],
    done,
    nilUuid,
  );
  const [{ returned }] = await sql(`select queue.give_back($1, array[$2]::uuid[], '{2}', '{1,2}') as returned`, nilUuid, lease);
  expect(returned).toBe(1);
  expect(await sql('select id from queue.job_ready where queue_id = $1', queue.id)).toEqual([{ id: open }]);
  expect(await sql('select i.id from queue.job_leases l, unnest(l.items) i where l.id = $1 and i.id is not null', lease)).toEqual([
    { id: done },
  ]);
});
