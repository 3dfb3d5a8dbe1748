/**
 * For a test whose event loop is blocked: a thread that watches the only lease there is, and wakes the test over shared memory, with the
 * number of times it saw it renewed, when that were two and whoever had lost a lease had been looked for.
 */
import { workerData } from 'node:worker_threads';
import { connectTo } from '../../../../../tests/support/connect-to.ts';
import { until } from '../../../../../tests/support/until.ts';
import { nilUuid } from '../../../../kernel/index.ts';

const { endpoint, renewals } = workerData;
await using client = await connectTo(endpoint);
const expires = async () => (await client.query('select expires::text from queue.job_leases')).rows[0]?.expires as string | undefined;
let last = await until(expires, { what: 'a lease' });
let seen = 0;
try {
  while (seen < 2) {
    last = await until(async () => {
      const now = await expires();
      return now !== last ? now : undefined;
    });
    seen++;
  }
  await client.query('select queue.rescue($1, 100)', [nilUuid]);
} finally {
  Atomics.store(renewals, 0, seen);
  Atomics.notify(renewals, 0);
}
