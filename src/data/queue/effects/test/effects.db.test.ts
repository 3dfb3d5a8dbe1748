import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Connect } from '../../../../foundation/connect/index.ts';
import { uuidv7 } from '../../../../kernel/index.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import { type EffectOwner, openExternal } from '../index.ts';

let platform: TestPlatform;
let connect: Connect;
let externalOf: ReturnType<typeof openExternal>;
let tenantId: string;
beforeAll(async () => {
  platform = await testPlatform();
  connect = platform.use<Connect>('connect');
  externalOf = openExternal(connect);
  tenantId = (await platform.use<Tenancy>('tenancy').create({ slug: 'effects' })).id;
});
afterAll(() => platform[Symbol.asyncDispose]());

const workerId = uuidv7();
/** A run of a job; what the world saw of it is in `sent`. */
function runOf(jobId: string, attempt: number, sent: string[], worker = workerId) {
  const owner: EffectOwner = { tenantId, jobId, attempt, workerId: worker };
  const external = externalOf(owner);
  const send = async (key: string) => {
    sent.push(key);
    return { accepted: attempt };
  };
  return { external, send };
}
/** As a process leaves it that is killed while the effect happens. */
const killedWhile = (jobId: string) => {
  const { external } = runOf(jobId, 1, []);
  return external('send', () => Promise.reject(new Error('killed')), { isUnknown: () => true }).catch(() => {});
};

test('[I80] an effect that was answered is not done again', async () => {
  const jobId = uuidv7();
  const sent: string[] = [];
  const first = runOf(jobId, 1, sent);
  expect(await first.external('send', first.send)).toEqual({ accepted: 1 });
  const second = runOf(jobId, 2, sent);
  expect(await second.external('send', second.send)).toEqual({ accepted: 1 });
  expect(sent).toEqual([`${jobId}.send`]);
});

test('[I80] an effect that gives nothing is done once as well', async () => {
  const jobId = uuidv7();
  let done = 0;
  for (const attempt of [1, 2]) {
    const { external } = runOf(jobId, attempt, []);
    await external('count', async () => void done++);
  }
  expect(done).toBe(1);
});

test('[I81] an unanswered effect parks the job where nothing else is said', async () => {
  const jobId = uuidv7();
  await killedWhile(jobId);
  const sent: string[] = [];
  const { external, send } = runOf(jobId, 2, sent);
  await expect(external('send', send)).rejects.toMatchObject({ code: 'PLINTH_QUEUE_EFFECT_UNKNOWN', verdict: 'dead' });
  expect(sent).toEqual([]);
});

test('[I81] an unanswered effect is done again under the same key where the definition says so', async () => {
  const jobId = uuidv7();
  await killedWhile(jobId);
  const sent: string[] = [];
  const { external, send } = runOf(jobId, 2, sent);
  expect(await external('send', send, { onUnknown: 'retry' })).toEqual({ accepted: 2 });
  expect(sent).toEqual([`${jobId}.send`]);
});

test.each([true, false])('[I81] an unanswered effect is verified: happened %s', async (happened) => {
  const jobId = uuidv7();
  await killedWhile(jobId);
  const sent: string[] = [];
  const { external, send } = runOf(jobId, 2, sent);
  const verify = async () => (happened ? ({ happened, answer: { accepted: 1 } } as const) : ({ happened: false } as const));
  expect(await external('send', send, { verify })).toEqual({ accepted: happened ? 1 : 2 });
  expect(sent).toHaveLength(happened ? 0 : 1);
});

test('[I82] an effect that threw is done again by the next run', async () => {
  const jobId = uuidv7();
  const { external } = runOf(jobId, 1, []);
  await expect(external('send', () => Promise.reject(new Error('550 no such user')))).rejects.toThrow('550');
  const sent: string[] = [];
  const next = runOf(jobId, 2, sent);
  expect(await next.external('send', next.send)).toEqual({ accepted: 2 });
  expect(sent).toHaveLength(1);
});

test('[I83] of runs at the same time one does it', async () => {
  const jobId = uuidv7();
  const sent: string[] = [];
  const runs = Array.from({ length: 8 }, () => runOf(jobId, 1, sent, uuidv7()));
  const outcomes = await Promise.allSettled(runs.map(({ external, send }) => external('send', send)));
  expect(sent).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('PLINTH_QUEUE_EFFECT_UNKNOWN');
    else expect(outcome.value).toEqual({ accepted: 1 });
  }
});

test('one name stands for one effect of a run', async () => {
  const { external, send } = runOf(uuidv7(), 1, []);
  await external('send', send);
  await expect(external('send', send)).rejects.toMatchObject({ code: 'PLINTH_QUEUE_EFFECT_TWICE' });
});
