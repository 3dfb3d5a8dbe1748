import { afterAll, beforeAll, expect, test } from 'vitest';
import { type QueueFixture, queueFixture } from './fixture.ts';

let fixture: QueueFixture;
let tenantId: string;
beforeAll(async () => {
  fixture = await queueFixture();
  tenantId = await fixture.tenant('acme');
});
afterAll(() => fixture[Symbol.asyncDispose]());

const bury = (ids: readonly string[], reason: string) =>
  fixture.sql(
    `select queue.bury(array_agg($1::uuid), array_agg(id), array_agg($3::text), array_agg('7.1'::text)) as count from unnest($2::uuid[]) id`,
    [tenantId, ids, reason],
  );

test('[I51] a dead letter has the errors of all runs, and the signature of the last one', async () => {
  const errors = [
    { name: 'TimeoutError', message: 'first', signature: 'aaaa' },
    { name: 'TypeError', message: 'second', signature: 'bbbb' },
  ];
  const id = await fixture.job({ tenantId, errors, payload: { to: 'x' } });
  expect(await bury([id, id], 'exhausted')).toEqual([{ count: 1 }]);
  expect(await bury([id], 'exhausted')).toEqual([{ count: 0 }]);
  const [letter] = await fixture.sql('select * from queue.dead_letter_jobs where job_id = $1', [id]);
  expect(letter).toMatchObject({
    queue_name: 'mail',
    job_type: 'send',
    reason: 'exhausted',
    signature: 'bbbb',
    handler_version: '7.1',
    payload: { to: 'x' },
  });
  expect(letter?.errors).toMatchObject([
    { ...errors[0], attempt: 1 },
    { ...errors[1], attempt: 2 },
  ]);
});

test('a crash loop is told by itself, whatever runs failed before it', async () => {
  const id = await fixture.job({ tenantId, errors: [{ name: 'E', message: 'm', signature: 'aaaa' }], lastStatus: 'failed' });
  const other = await fixture.job({ tenantId });
  await bury([id, other], 'crash_loop');
  const letters = await fixture.sql(
    'select signature, jsonb_array_length(errors) as runs from queue.dead_letter_jobs where job_id = any($1) order by job_id',
    [[id, other]],
  );
  expect(letters.map(({ runs }) => runs)).toEqual([1, 0]);
  expect(letters[0]?.signature).toBe(letters[1]?.signature);
  expect(letters[0]?.signature).not.toBe('aaaa');
});

test('results that the same statement writes are seen', async () => {
  const id = await fixture.job({ tenantId });
  await fixture.sql(
    `with result as (
       insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id, error)
       values ($1, $2, 1, 'dead', 1, now(), now(), uuidv7(), '{"name": "E", "signature": "cccc"}') returning tenant_id, job_id
     )
     select queue.bury(array_agg(tenant_id), array_agg(job_id), array_agg('permanent'::text), array_agg(''::text)) from result`,
    [tenantId, id],
  );
  expect(
    await fixture.sql('select signature, jsonb_array_length(errors) as runs from queue.dead_letter_jobs where job_id = $1', [id]),
  ).toEqual([{ signature: 'cccc', runs: 1 }]);
});
