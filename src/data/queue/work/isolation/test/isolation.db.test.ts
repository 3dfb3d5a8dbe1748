import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../../../../tests/support/until.ts';
import type { OpenedQueue } from '../../../queue.ts';
import { openWorld, type ResultRow, type TestQueue, type World } from '../../test/fixture.ts';
import type { Worker } from '../../worker.ts';

const kinds = ['thread', 'process'] as const;
const handler = new URL('deeds.job.ts', import.meta.url);

let world: World;
let queue: TestQueue;
let worker: Worker;
beforeAll(async () => {
  world = await openWorld();
  queue = await world.queue({
    ...Object.fromEntries(kinds.map((isolation) => [isolation, { handler, isolation, maxMemoryMb: 32, maxRunMs: 60_000 }])),
    ...Object.fromEntries(kinds.map((isolation) => [`short-${isolation}`, { handler, isolation, maxRunMs: 100 }])),
    unfit: { handler: new URL('no-default.job.ts', import.meta.url), isolation: 'thread' },
  });
  worker = queue.worker();
  worker.start();
}, 60_000);
afterAll(async () => {
  await worker?.stop();
  await world?.[Symbol.asyncDispose]();
});

interface Ends {
  readonly kind: (typeof kinds)[number];
  of(deed: string): ResultRow;
}

async function endsOf(ids: readonly string[]): Promise<ReadonlyMap<string, ResultRow>> {
  let rows: ReadonlyMap<string, ResultRow> = new Map();
  const all = async () => {
    rows = new Map((await queue.results()).map((row) => [row.job_id, row]));
    return ids.every((id) => rows.has(id));
  };
  await until(all, { what: `the ends of ${ids.length} jobs` });
  return rows;
}

/** Has these done once in a thread and once in a process, all at the same time; how each ended. */
async function inBoth(deeds: readonly string[], prefix = ''): Promise<readonly Ends[]> {
  const jobs = deeds.map((deed) => ({ payload: { deed }, maxAttempts: 1 }));
  const ids = await Promise.all(kinds.map((kind) => queue.put(`${prefix}${kind}`, jobs)));
  const ended = await endsOf(ids.flat());
  return kinds.map((kind, at) => ({ kind, of: (deed) => ended.get(ids[at]?.[deeds.indexOf(deed)] as string) as ResultRow }));
}

/** Waits until all of these have said how far they are; what they said. */
async function begunOf(ids: readonly string[]): Promise<readonly number[]> {
  let done: readonly number[] = [];
  const all = async () => {
    const { rows } = await world.client.query('select done from queue.job_progress where job_id = any ($1)', [ids]);
    done = rows.map((row) => Number(row.done));
    return done.length === ids.length;
  };
  await until(all, { what: 'all to have begun' });
  return done;
}

const cancel = (ids: readonly string[]) => world.platform.use<OpenedQueue>('queue').control.cancel({ ids }, { by: 'ada' });

const logOf = async ({ job_id }: ResultRow) =>
  (await world.client.query('select line, level, message, fields from queue.job_logs where job_id = $1 order by line', [job_id])).rows;

test('[I115] a handler in a thread or process has its job, and gives result, log and progress', async () => {
  for (const { of } of await inBoth(['give'])) {
    const given = of('give');
    const facts = { id: given.job_id, tenantId: world.tenants[0], attempt: 1, isLastAttempt: true, isDate: true };
    expect(given).toMatchObject({ status: 'completed', result: facts });
    const lines = await logOf(given);
    expect(lines).toHaveLength(1_000);
    expect(lines[0]).toEqual({ line: 1, level: 'info', message: 'said', fields: { of: 1 } });
    expect(lines[999].message).toMatch(/^202 more lines/);
    const progress = async () =>
      (await world.client.query('select done, total, note from queue.job_progress where job_id = $1', [given.job_id])).rows;
    await until(async () => (await progress()).length > 0, { what: 'progress' });
    expect(await progress()).toEqual([{ done: '1', total: '2', note: 'half' }]);
  }
});

test('[I115] its transactions are those of its tenant, also the one that ends the job; effects outside are done once', async () => {
  for (const { of } of await inBoth(['transact', 'transact badly', 'external', 'bad progress', 'refuse'])) {
    expect(of('transact')).toMatchObject({ status: 'completed', result: { tenant: world.tenants[0], n: 7 } });
    expect(of('transact badly')).toMatchObject({ status: 'dead', error: { code: 'PLINTH_SQL_BAD_VALUE' } });
    expect(of('external')).toMatchObject({ status: 'completed', result: { answer: 42 } });
    const effects = 'select name, answered is not null as "isAnswered" from queue.job_effects where job_id = $1 order by name';
    expect((await world.client.query(effects, [of('external').job_id])).rows).toEqual([
      { name: 'kept', isAnswered: true },
      { name: 'kept again', isAnswered: true },
      { name: 'unknown', isAnswered: false },
    ]);
    expect(of('bad progress')).toMatchObject({ status: 'dead', error: { code: 'PLINTH_QUEUE_BAD_PROGRESS' } });
    expect(of('refuse')).toMatchObject({ status: 'dead', error: { name: 'Refused', message: 'not for you' } });
    expect(of('refuse').error).toMatchObject({ stack: expect.stringMatching(/^Refused: not for you\n.*deeds\.job\.ts/) });
  }
});

test('[I116] a loop that never yields is ended when it runs too long, and when it is cancelled', async () => {
  for (const { of } of await inBoth(['compute'], 'short-'))
    expect(of('compute')).toMatchObject({ status: 'dead', error: { name: 'RunTooLong' } });
  const ids = (await Promise.all(kinds.map((kind) => queue.put(kind, [{ payload: { deed: 'compute' } }])))).flat();
  const pids = await begunOf(ids);
  await cancel(ids);
  const ended = await endsOf(ids);
  for (const id of ids) expect(ended.get(id)?.status).toBe('cancelled');
  const [child] = pids.filter((pid) => pid !== process.pid);
  expect(() => process.kill(child as number, 0)).toThrow('ESRCH');
});

test('[I117] what ends its thread or process fails alone, and says of what', async () => {
  const ends = await inBoth(['exit', 'hoard', 'forget', 'give']);
  for (const { of, kind } of ends) {
    const lost = { status: 'dead', error: { code: 'PLINTH_QUEUE_ISOLATE_LOST' } };
    for (const deed of ['exit', 'hoard']) expect(of(deed)).toMatchObject(lost);
    expect(of('exit').error?.message).toContain(`The ${kind} of job type`);
    expect(of('exit').error?.message).toContain('it exited with code 7');
    expect(of('hoard').error?.message).toContain('it used more memory than its 32 MB (maxMemoryMb)');
    expect(of('forget')).toMatchObject({ status: 'dead', error: { name: 'TypeError', message: 'nobody catches this' } });
    expect(of('give')).toMatchObject({ status: 'completed' });
  }
  const [unfit] = (await queue.put('unfit', [{ maxAttempts: 1 }])) as [string];
  expect((await endsOf([unfit])).get(unfit)).toMatchObject({
    status: 'dead',
    error: { code: 'PLINTH_QUEUE_BAD_MODULE', message: expect.stringContaining('no-default.job.ts') },
  });
  const { rows } = await world.client.query('select max(crash_count) as crashes from queue.job_ready where queue_id = $1', [queue.id]);
  expect(rows).toEqual([{ crashes: null }]);
});

test('[I48] one that is snoozed there waits without using an attempt', async () => {
  const ids = await Promise.all(kinds.map((kind) => queue.put(kind, [{ payload: { deed: 'snooze' }, attempt: 4 }])));
  const delayed = async () =>
    (await world.client.query('select id, attempt, reason from queue.job_delayed where queue_id = $1 order by id', [queue.id])).rows;
  await until(async () => (await delayed()).length === 2, { what: 'both to be snoozed' });
  expect(await delayed()).toEqual(
    ids
      .flat()
      .sort()
      .map((id) => ({ id, attempt: 4, reason: 'snooze' })),
  );
});

test('[I118] one that listens ends by itself; a stop ends what goes on, and its job is given back without having used an attempt', async () => {
  const apart = await world.queue(Object.fromEntries(kinds.map((isolation) => [isolation, { handler, isolation }])));
  const stopping = apart.worker({ drainMs: 0, isolateGraceMs: 60_000 });
  stopping.start();
  const obeying = await Promise.all(kinds.map((kind) => apart.put(kind, [{ payload: { deed: 'obey' } }])));
  await begunOf(obeying.flat());
  await cancel(obeying.flat());
  for (const ended of await apart.ended(2)) {
    expect(ended.status).toBe('cancelled');
    expect(await logOf(ended)).toMatchObject([{ message: 'told: JobCancelled' }]);
  }
  for (const kind of kinds) await apart.put(kind, [{ payload: { deed: 'compute' } }]);
  await until(() => stopping.counts().busy === 2, { what: 'both to run' });
  await stopping.stop();
  expect(await apart.results()).toHaveLength(2);
  const waiting = await world.client.query(
    `select count(*)::integer as jobs, max(attempt) as attempt, max(crash_count) as crashes from queue.job_ready where queue_id = $1`,
    [apart.id],
  );
  expect(waiting.rows).toEqual([{ jobs: 2, attempt: 0, crashes: 0 }]);
});
