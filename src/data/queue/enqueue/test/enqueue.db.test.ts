import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tenant } from '../../../../trust/tenancy/index.ts';
import type { JobKind, PayloadSchema } from '../../index.ts';
import { openQueueTest, type QueueTest } from './fixture.ts';

let on: QueueTest;
let tenant: Tenant;
let send: JobKind<{ to: string }>;

const schema: PayloadSchema<{ to: string }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof (value as { to?: unknown }).to === 'string'
        ? { value: value as { to: string } }
        : { issues: [{ message: 'is no text', path: ['to'] }] },
  },
};
const jobsOf = (type: string) =>
  on.rows(
    `select j.*, r.slot, r.queue_id, r.type_id, d.due as delayed_due from queue.jobs j
     left join queue.job_ready r on r.id = j.id left join queue.job_delayed d on d.id = j.id where j.job_type = $1 order by j.id`,
    [type],
  );

beforeAll(async () => {
  on = await openQueueTest();
  tenant = await on.tenancy.create({ slug: 'one' });
  send = on.queue.define({ name: 'send', queue: 'email-sending', schema, band: 'high', maxAttempts: 3 });
});
afterAll(() => on[Symbol.asyncDispose]());

describe('[I1] what is enqueued is in jobs and in one place where it waits', () => {
  test('a job with what its kind and its caller say', async () => {
    const { id, isNew } = await on.queue.enqueue(send, { to: 'a@example.org' }, { tenantId: tenant.id, trace: 't' });
    expect(isNew).toBe(true);
    const [job] = await jobsOf('send');
    expect(job).toMatchObject({
      id,
      tenant_id: tenant.id,
      queue_name: 'email-sending',
      band: 1,
      max_attempts: 3,
      status: 'open',
      payload: { to: 'a@example.org' },
      trace: 't',
      slot: 0,
      queue_id: (await on.queue.definitions.queue('email-sending')).id,
      type_id: (await on.queue.definitions.kind('send')).typeId,
      delayed_due: null,
    });
  });
});
