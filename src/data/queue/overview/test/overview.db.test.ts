import { afterAll, beforeAll, expect, test } from 'vitest';
import { type QueueFixture, queueFixture } from '../../dead/test/fixture.ts';

let f: QueueFixture;
let [alpha, beta]: string[] = [];
beforeAll(async () => {
  f = await queueFixture();
  [alpha, beta] = [await f.tenant('alpha'), await f.tenant('beta')];
});
afterAll(() => f[Symbol.asyncDispose]());

const bury = (tenantId: string, ids: readonly string[], reason = 'permanent') =>
  f.sql('select queue.bury(array_agg($1::uuid), array_agg(i), array_agg($3::text), array_agg($4::text)) from unnest($2::uuid[]) i', [
    tenantId,
    ids,
    reason,
    '1',
  ]);

test('[I84] each job is counted where it is, minutes stand in their place, percentiles are of the hour', async () => {
  const tenantId = alpha as string;
  for (const place of ['delayed', 'delayed', 'parked', 'running', 'ready'] as const) await f.job({ tenantId, place });
  await f.job({ tenantId, place: 'delayed', errors: [{ name: 'Error', message: 'once' }], lastStatus: 'failed' });
  await f.sql(`update queue.job_delayed set reason = 'retry' where attempt = 1`);
  await f.sql(
    `insert into queue.job_metrics (begun, type_id, queue_id, enqueued, completed, failed, retried, run_histogram, wait_histogram)
     select date_trunc('minute', now()) - m * interval '1 minute', t.id, t.queue_id, 5, 3, 1, 1, '{0,0,0,4}', '{4}'
     from queue.job_types t, unnest(array[2, 59, 61]) m where t.name = 'send'`,
  );
  const { queues, since, read, mostCounted } = await f.queue.overview.flow();
  const mail = queues.find(({ queue }) => queue === 'mail');
  expect(mail?.places).toEqual({ scheduled: 2, retrying: 1, parked: 1, blocked: 0, running: 1, dead: 0 });
  expect(mostCounted).toBeGreaterThan(1_000);
  // The clock may pass a minute between the two statements.
  const at = mail?.completed.flatMap((jobs, minute) => (jobs > 0 ? [minute] : []));
  expect(read.getTime() - since.getTime()).toBeGreaterThanOrEqual(59 * 60_000);
  expect((at?.at(-1) ?? 0) - 57).toBeLessThanOrEqual(0);
  expect(at?.every((minute) => mail?.enqueued[minute] === 5 && mail.failed[minute] === 1 && mail.retried[minute] === 1)).toBe(true);
  expect(at?.length).toBeGreaterThanOrEqual(1);
  expect(mail?.completed).toHaveLength(60);
  expect(mail?.runMs?.p50).toBeGreaterThan(2);
  expect(mail?.runMs?.p99).toBeLessThan(4);
  expect(mail?.waitMs?.p99).toBeLessThan(1);
});

test('[I84] who waits longest comes first, with why; of a limit its name and not its key', async () => {
  const late = await f.job({ tenantId: beta as string });
  await f.job({ tenantId: beta as string });
  await f.sql(`update queue.job_ready set due = now() - interval '3 hours' where id = $1`, [late]);
  await f.sql(`update queue.job_parked set key = 'limit:' || $1 || ':calls:ann@example.com'`, [alpha]);
  await f.sql(
    `insert into queue.job_starvations (tenant_id, queue_id, band, oldest_due, level, cause)
     select $1, q.id, 2, now() - interval '3 hours', 'critical', 'capacity' from queue.job_queues q where q.name = 'mail'`,
    [beta],
  );
  await f.sql(
    `insert into queue.tenant_times (begun, queue_id, band, tenant_id, run_ms)
     select date_trunc('minute', now()), q.id, 2, t.id, t.ms from queue.job_queues q, (values ($1::uuid, 30), ($2::uuid, 10)) t (id, ms) where q.name = 'mail'`,
    [alpha, beta],
  );
  const { waiting, shares, others } = await f.queue.overview.tenants();
  expect(waiting[0]).toMatchObject({ tenant: 'beta', queue: 'mail', band: 'normal', jobs: 2, cause: 'capacity' });
  expect(waiting).toContainEqual(expect.objectContaining({ tenant: 'alpha', cause: 'key_limit', limit: 'calls', jobs: 1 }));
  expect(waiting).toContainEqual(expect.objectContaining({ tenant: 'alpha', cause: undefined, jobs: 1 }));
  expect(JSON.stringify(waiting)).not.toContain('example.com');
  expect(shares).toEqual([
    { tenant: 'alpha', runMs: 30 },
    { tenant: 'beta', runMs: 10 },
  ]);
  expect(others).toEqual({ tenants: 0, runMs: 0 });
});

test('[I84] dead letters are grouped by what they died of, with what became of those that were tried again', async () => {
  const error = (message: string, signature: string) => ({ name: 'Error', message, signature });
  const made: string[] = [];
  for (const tenantId of [alpha, beta] as string[]) {
    const ids = [];
    for (let i = 0; i < 2; i++) ids.push(await f.job({ tenantId, errors: [error(`no route to 10.0.0.${i}`, 'aaaa')], place: 'nowhere' }));
    await bury(tenantId, ids);
    made.push(...ids);
  }
  const other = await f.job({ tenantId: beta as string, type: 'bounce', errors: [error('too large', 'bbbb')], place: 'nowhere' });
  await bury(beta as string, [other], 'exhausted');
  const before = await f.queue.overview.deadGroups();
  expect(before).toMatchObject([
    { jobs: 4, tenants: 2, type: 'send', queue: 'mail', reasons: ['permanent'], redriven: { jobs: 0, completed: 0, failed: 0 } },
    { jobs: 1, tenants: 1, type: 'bounce', kind: 'Error: too large', reasons: ['exhausted'], lastJobId: other, lastTenant: 'beta' },
  ]);
  expect(before[0]?.kind).not.toContain('10.0.0');
  expect(before[0]?.failures).toHaveLength(24);
  await f.queue.dead.redrive({ ids: [made[0] as string] }, { by: 'ann' });
  await f.sql(
    `insert into queue.job_failure_patterns (signature, hour, job_type, queue_name, kind, count, tenants, top_share, versions, first_job_id, last_job_id, findings)
     select $1, date_trunc('hour', now(), 'UTC'), 'send', 'mail', 'k', 7, 2, 0.5, '{}', $2, $2, '{new}'`,
    [before[0]?.signature, made[0]],
  );
  const [after] = await f.queue.overview.deadGroups();
  expect(after).toMatchObject({ jobs: 3, redriven: { jobs: 1, completed: 0, failed: 0 }, findings: ['new'] });
  expect(after?.failures.slice(-2)).toContain(7);
});

test('[I84] a job shows what it did outside, and of which effect nobody knows', async () => {
  const tenantId = alpha as string;
  const id = await f.job({ tenantId, place: 'nowhere' });
  const effect =
    'insert into queue.job_effects (tenant_id, job_id, name, worker_id, attempt, answered, answer) values ($1, $2, $3, uuidv7(), 1, $4, $5)';
  await f.sql(effect, [tenantId, id, 'smtp', new Date(), '{"code":250}']);
  await f.sql(effect, [tenantId, id, 'webhook', null, null]);
  expect(await f.queue.overview.effectsOf({ tenantId, id })).toMatchObject([
    { name: 'smtp', answer: { code: 250 } },
    { name: 'webhook', answered: null },
  ]);
  expect(await f.queue.overview.effectsOf({ tenantId: beta as string, id })).toEqual([]);
});
