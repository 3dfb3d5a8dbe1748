import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import { until } from '../../../../../tests/support/until.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import type { Job, OpenedQueue, Step } from '../../index.ts';
import type { Worker } from '../../work/index.ts';

let platform: TestPlatform;
let queue: OpenedQueue;
let tenantId: string;
let worker: Worker;
const name = 'flowing';
const ran: { readonly step: string; readonly saw: unknown }[] = [];
const open = new Map<string, () => void>();

/** What the handler of a step does is said by its payload. */
interface Order {
  readonly step: string;
  readonly gives?: unknown;
  readonly fails?: boolean;
  readonly waits?: boolean;
  readonly adds?: readonly Step[];
  readonly asks?: boolean;
}

async function handle(job: Job<Order>): Promise<unknown> {
  const { step, gives, fails, waits, adds } = job.payload;
  ran.push({ step, saw: await job.parents() });
  if (waits) await new Promise<void>((resolve) => open.set(step, resolve));
  if (adds) await job.flow.append(adds);
  if (fails) throw Object.assign(new Error(`${step} "fails"`), { verdict: 'dead' });
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
