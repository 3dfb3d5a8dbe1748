import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import { until } from '../../../../../tests/support/until.ts';
import { uuidv7 } from '../../../../kernel/index.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import type { Job, OpenedQueue, Step } from '../../index.ts';
import type { Worker } from '../../work/index.ts';

let platform: TestPlatform;
let queue: OpenedQueue;
let tenantId: string;
let worker: Worker;
const name = 'flowing';
const ran: { readonly step: string; readonly saw: unknown }[] = [];
/** Steps that wait in their handlers, and how to let them go on. */
const open = new Map<string, () => void>();
/** Steps that do not fail any more. */
const mended = new Set<string>();

/** What the handler of a step does is said by its payload. */
interface Order {
  readonly step: string;
  readonly gives?: unknown;
  readonly fails?: boolean;
  readonly waits?: boolean;
  readonly says?: readonly [number, number, string];
  readonly adds?: readonly Step[];
}

async function handle(job: Job<Order>): Promise<unknown> {
  const { step, gives, fails, waits, says, adds } = job.payload;
  ran.push({ step, saw: await job.parents() });
  if (says) job.progress(...says);
  if (waits) await new Promise<void>((resolve) => open.set(step, resolve));
  if (adds) await job.flow.append(adds);
  if (fails && !mended.has(step)) throw Object.assign(new Error(`${step} "fails"`), { verdict: 'dead' });
  return gives;
}

beforeAll(async () => {
  platform = await testPlatform();
  queue = platform.use<OpenedQueue>('queue');
  tenantId = (await platform.use<Tenancy>('tenancy').create({ slug: 'flows' })).id;
  await queue.declare({ name, pool: name });
  queue.define<Order>({ name: 'step', queue: name, maxAttempts: 1, handler: handle });
  queue.define({
    name: 'told',
    queue: name,
    handler: async (job) => void ran.push({ step: `told ${job.payload}`, saw: await job.flow.batch() }),
  });
  queue.define({ name: 'nobody', queue: name });
  worker = queue.worker([name]);
  worker.start();
});
afterAll(async () => {
  await worker.stop();
  await platform[Symbol.asyncDispose]();
});

const orders = (...list: readonly Order[]) => list.map((payload) => ({ job: 'step', payload }));
const step = (
  key: string,
  after: readonly string[] = [],
  more: Partial<Order> & { readonly onParentFailed?: Step['onParentFailed'] } = {},
): Step => {
  const { onParentFailed, ...order } = more;
  return { key, job: 'step', payload: { step: key, ...order }, after, ...(onParentFailed && { onParentFailed }) };
};
const ended = (id: string) =>
  until(async () => ((await queue.flows.show(id)).ended ? queue.flows.show(id) : undefined), { what: 'the end of a flow' });
const seen = (what: string) => ran.filter((one) => one.step === what);
const statesOf = async (id: string) => Object.fromEntries((await queue.flows.show(id)).steps.map(({ key, state }) => [key, state]));
const rows = async (text: string, values: unknown[] = []) => (await platform.databases.queue.client.query(text, values)).rows;
const by = { by: 'test' };
const sound = async () => expect((await queue.upkeep.verify()).problems).toEqual({});

test('[I90] a batch calls back once when all have ended, with how they did', async () => {
  const { id } = await queue.flows.batch({
    tenantId,
    jobs: orders({ step: 'one' }, { step: 'two' }, { step: 'three' }),
    onCompleted: { job: 'told', payload: 'completed' },
    onFailed: { job: 'told', payload: 'failed' },
  });
  expect(await ended(id)).toMatchObject({ state: 'completed', total: 3, completed: 3 });
  await until(() => seen('told completed').length > 0);
  expect(seen('told completed')).toMatchObject([{ saw: { id, completed: 3 } }]);
  expect(seen('told failed')).toEqual([]);
  const bad = await queue.flows.batch({
    tenantId,
    jobs: orders({ step: 'good' }, { step: 'bad', fails: true }),
    onFailed: { job: 'told', payload: 'failed' },
  });
  expect(await ended(bad.id)).toMatchObject({ state: 'failed', completed: 1, failed: 1 });
  await until(() => seen('told failed').length > 0);
  await sound();
});

test('[I92] a step begins when all it waits for have ended, and sees what they gave', async () => {
  const { id } = await queue.flows.flow({
    tenantId,
    steps: [
      step('join', ['left', 'right']),
      step('left', ['root'], { gives: { n: 1 } }),
      step('right', ['root'], { gives: [2] }),
      step('root'),
    ],
  });
  expect(await ended(id)).toMatchObject({ state: 'completed', completed: 4 });
  expect(ran.filter((one) => ['root', 'left', 'right', 'join'].includes(one.step)).map((one) => one.step)).toEqual([
    'root',
    expect.any(String),
    expect.any(String),
    'join',
  ]);
  expect(seen('join')[0]?.saw).toMatchObject({ left: { state: 'completed', result: { n: 1 } }, right: { result: [2] } });
  await sound();
});

test('[I90] a batch of nothing has completed, and what it asked for is enqueued', async () => {
  const { id } = await queue.flows.batch({ tenantId, jobs: [], onCompleted: { job: 'told', payload: 'empty' } });
  await until(() => seen('told empty').length > 0);
  expect(seen('told empty')).toMatchObject([{ saw: { id, state: 'completed', total: 0 } }]);
});

test('[I91] what does not fit together is refused by name, and nothing is left of it', async () => {
  const refused = (steps: readonly Step[]) => expect(queue.flows.flow({ tenantId, steps })).rejects;
  await refused([step('a', ['b']), step('b', ['a'])]).toThrow('a waits for b waits for a');
  await refused([step('a', ['nobody'])]).toThrow('"nobody", which is no step');
  await refused([step('a'), step('a')]).toThrow('there twice');
  await refused([step('a', [], { onParentFailed: 'explode' as 'fail' })]).toThrow('none of fail, continue, cancel');
  await refused([]).toMatchObject({ code: 'PLINTH_QUEUE_BAD_STEP' });
  queue.define({ name: 'single', queue: name, unique: {} });
  await expect(queue.flows.batch({ tenantId, jobs: [{ job: 'single', payload: {} }] })).rejects.toThrow('single are unique');
  await expect(queue.flows.show(uuidv7())).rejects.toMatchObject({ code: 'PLINTH_QUEUE_UNKNOWN_BATCH' });
});

test('[I94] a flow is gone with its transaction, and one made twice by its id is there once', async () => {
  const tenancy = platform.use<Tenancy>('tenancy');
  const steps = [step('first'), step('second', ['first'])];
  const id = uuidv7();
  const undone = tenancy.run({ tenantId }, { tier: 'queue', tag: 'test' }, async (tx) => {
    await queue.flows.flowIn(tx, { id, steps });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  for (const table of ['job_batches where id', 'job_steps where batch_id', 'job_dependencies where batch_id', 'job_blocked where batch_id'])
    expect(await rows(`select from queue.${table} = $1`, [id]), table).toEqual([]);
  const make = () => tenancy.run({ tenantId }, { tier: 'queue', tag: 'test' }, (tx) => queue.flows.flowIn(tx, { id, steps }));
  expect(await make()).toMatchObject({ isNew: true, jobIds: [expect.any(String), expect.any(String)] });
  expect(await make()).toEqual({ id, isNew: false, jobIds: [] });
  expect(await ended(id)).toMatchObject({ total: 2, completed: 2, tenantId });
  expect(seen('second')).toHaveLength(1);
});

test('[I96] a run adds steps to its own flow, behind itself and behind what has ended, once', async () => {
  const added = [step('more', ['adds']), step('late', ['early', 'more']), step('at-once')];
  const { id } = await queue.flows.flow({
    tenantId,
    steps: [step('early', [], { gives: 1 }), step('adds', ['early'], { adds: [...added, added[0] as Step].slice(0, 3) })],
  });
  expect(await ended(id)).toMatchObject({ total: 5, completed: 5 });
  expect(seen('late')).toMatchObject([{ saw: { early: { result: 1 }, more: { state: 'completed' } } }]);
  await expect(queue.flows.append(id, [step('too-late')])).rejects.toMatchObject({ code: 'PLINTH_QUEUE_BATCH_ENDED' });

  const kept = await queue.flows.flow({ tenantId, steps: [step('stays', [], { waits: true }), step('quick')] });
  await until(async () => open.has('stays') && (await statesOf(kept.id)).quick === 'completed');
  expect((await queue.flows.append(kept.id, [step('behind', ['quick'])])).jobIds).toHaveLength(1);
  expect((await queue.flows.append(kept.id, [step('behind', ['quick'])])).jobIds).toEqual([]);
  await until(() => seen('behind').length > 0);
  open.get('stays')?.();
  expect(await ended(kept.id)).toMatchObject({ total: 3, completed: 3 });
  await sound();
});

test('[I97] a flow goes on from the step that failed: what completed is not run again', async () => {
  const { id } = await queue.flows.flow({
    tenantId,
    steps: [
      step('base'),
      step('weak', ['base'], { fails: true }),
      step('behind-weak', ['weak']),
      step('in-spite', ['weak'], { onParentFailed: 'continue' }),
      step('end', ['behind-weak', 'in-spite'], { onParentFailed: 'fail' }),
    ],
    onFailed: { job: 'told', payload: 'weak failed' },
    onCompleted: { job: 'told', payload: 'mended' },
  });
  expect(await ended(id)).toMatchObject({ state: 'failed', completed: 2, failed: 2, cancelled: 1 });
  expect(await statesOf(id)).toEqual({
    base: 'completed',
    weak: 'failed',
    'behind-weak': 'cancelled',
    'in-spite': 'completed',
    end: 'failed',
  });
  mended.add('weak');
  const { again } = await queue.flows.retry(id, by);
  expect(again).toHaveLength(3);
  expect(await ended(id)).toMatchObject({ state: 'completed', completed: 5, failed: 0, cancelled: 0 });
  await until(() => seen('told mended').length > 0 && seen('told weak failed').length > 0);
  expect(['base', 'in-spite', 'weak', 'end'].map((one) => seen(one).length)).toEqual([1, 1, 2, 1]);
  expect(
    await rows('select from queue.dead_letter_jobs where job_id = any($1) and redriven is null', [again.map((one) => one.id)]),
  ).toEqual([]);
  expect((await queue.flows.retry(id, by)).again).toEqual([]);
  await sound();
});

test('[I97] jobs of a batch that failed are run again, each once', async () => {
  const { id } = await queue.flows.batch({ tenantId, jobs: orders({ step: 'fine' }, { step: 'frail', fails: true }) });
  expect(await ended(id)).toMatchObject({ state: 'failed' });
  expect((await queue.flows.show(id)).members).toEqual([{ jobId: expect.any(String), type: 'step', state: 'dead' }]);
  expect((await queue.flows.retry(id, by)).again).toHaveLength(1);
  expect(await ended(id)).toMatchObject({ state: 'failed', failed: 1 });
  mended.add('frail');
  expect((await queue.flows.retry(id, by)).again).toHaveLength(1);
  expect(await ended(id)).toMatchObject({ state: 'completed', total: 2, completed: 2, members: [] });
  expect([seen('fine').length, seen('frail').length]).toEqual([1, 3]);
});

test('[I97] a cancelled flow runs nothing more and calls nobody back', async () => {
  const { id } = await queue.flows.flow({
    tenantId,
    steps: [step('runs', [], { waits: true }), step('never', ['runs']), step('ever', ['never'], { onParentFailed: 'continue' })],
    onFailed: { job: 'told', payload: 'cancelled' },
  });
  await until(() => open.has('runs'));
  expect(await queue.flows.cancel(id, by)).toEqual({ cancelled: 2, requested: 1 });
  await expect(queue.flows.append(id, [step('more')])).rejects.toThrow('is cancelled');
  open.get('runs')?.();
  expect(await ended(id)).toMatchObject({ state: 'cancelled', isCancelled: true, total: 3 });
  expect([seen('never').length, seen('ever').length, seen('told cancelled').length]).toEqual([0, 0, 0]);
  expect(await rows(`select from queue.jobs where follow ->> 'callback' = $1`, [id])).toEqual([]);
  await sound();
});

test('[I92] the page of a job shows what is before and behind it, and how far it has got', async () => {
  const { id, jobIds } = await queue.flows.flow({
    tenantId,
    steps: [step('above'), step('middle', ['above'], { waits: true, says: [3, 10, 'rows'] }), step('below', ['middle'])],
  });
  const shown = await until(async () => {
    const job = await queue.control.show(jobIds[1] as string);
    return job.progress && job;
  });
  expect(shown).toMatchObject({
    place: { batchId: id, key: 'middle', parents: [{ key: 'above', state: 'completed' }], children: [{ key: 'below', state: 'open' }] },
    progress: { done: 3, total: 10, note: 'rows' },
  });
  expect(await queue.control.show(jobIds[2] as string)).toMatchObject({ state: 'blocked', openParents: 1 });
  const { steps } = await queue.flows.show(id);
  expect(steps.map(({ key, type, state, place }) => [key, type, place ?? state])).toEqual([
    ['above', 'step', 'completed'],
    ['below', 'step', 'blocked'],
    ['middle', 'step', 'running'],
  ]);
  expect((await queue.flows.list({ tenantId })).batches[0]).toMatchObject({ id, kind: 'flow', state: 'open', completed: 1 });
  open.get('middle')?.();
  await ended(id);
});
