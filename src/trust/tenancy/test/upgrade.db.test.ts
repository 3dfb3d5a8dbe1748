import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/index.ts';
import { testRunner } from '../../../foundation/migrate/test/harness.ts';

const partition = { name: 'partition', dir: join(import.meta.dirname, '../../../foundation/partition/sql'), layout: 'capability' } as const;
const tenancy = { name: 'tenancy', dir: join(import.meta.dirname, '../sql'), layout: 'capability' } as const;

test('[I13] security events that were there when the table was cut into months are all there, and new ones find a place', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'plinth-tenancy-released-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(dir, { recursive: true }));
  await cp(tenancy.dir, dir, { recursive: true });
  await rm(join(dir, 'migrations/0003_cut_security_events.sql'));
  const { client, endpoint } = await testDatabase();
  const released = cleanup.use(await testRunner(endpoint, [partition, { ...tenancy, dir }]));
  await released.migrate.up();
  // Some are older than any month that upkeep would make, one has a key that says no time.
  const old = `(select (left(replace(partition.uuid_floor(now() - n * interval '20 days')::text, '-', ''), 12) || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 1, 15))::uuid)`;
  await client.query(
    `insert into tenancy.security_events (id, event_type, severity, action_attempted, success)
     select ${old}, 'unauthorized_access', 'high', n::text, false from generate_series(0, 60) n
     union all select '00000000-0000-4000-8000-000000000000', 'unauthorized_access', 'high', 'no time', false`,
  );
  const rows = async () => (await client.query('select * from tenancy.security_events order by id')).rows;
  const before = await rows();
  const current = cleanup.use(await testRunner(endpoint, [partition, tenancy]));
  await current.migrate.up();
  expect(before).toHaveLength(62);
  expect(await rows()).toEqual(before);
  const parts = await client.query(
    `select count(distinct tableoid)::int as used, bool_or(tableoid::regclass::text ~ 'overflow_future') as future from tenancy.security_events`,
  );
  expect(parts.rows[0].used).toBeGreaterThan(35);
  expect(parts.rows[0].future).toBe(false);
  await client.query(
    `insert into tenancy.security_events (event_type, severity, action_attempted, success) values ('x', 'low', 'new', true)`,
  );
  expect(await rows()).toHaveLength(63);
});
