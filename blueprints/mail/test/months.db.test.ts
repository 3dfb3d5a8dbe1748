import { Readable } from 'node:stream';
import type { Migrate } from 'plinth/migrate';
import type { Partition } from 'plinth/partition';
import type { Tenancy } from 'plinth/tenancy';
import { expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { type Mail, mail } from '../index.ts';
import { asMbox } from './generated-mail.ts';

const account = 'box@example.com';
const cut = ['olap.billing_analytics', 'olap.campaign_analytics', 'olap.mailbox_analytics', 'olap.warmup_analytics'];

/** A message a day, in years far apart and at the borders of months. */
const dates = ['1998-12-31T23:59:59Z', '1999-01-01T00:00:00Z', '2002-08-22T12:00:00Z', '2002-09-30T23:30:00Z', '2002-10-01T00:30:00Z'];
const mbox = asMbox(
  dates.map((date, n) =>
    Buffer.from(
      `From: a@b.example\nTo: ${account}\nSubject: s\nMessage-ID: <${n}@b.example>\nDate: ${new Date(date).toUTCString()}\n\nx\n`,
    ),
  ),
);

async function importOld(platform: TestPlatform): Promise<string> {
  const { id: tenantId } = await platform.use<Tenancy>('tenancy').create({ slug: 'archive' });
  const request = { path: '-', tenantId, account, resume: false };
  await platform.use<Mail>('mail').import({ ...request, input: Readable.from([mbox]) });
  return tenantId;
}

async function figures({ databases }: TestPlatform) {
  const found: Record<string, unknown> = {};
  for (const table of cut) found[table] = (await databases.olap.client.query(`select * from ${table} order by tenant_id, id`)).rows;
  return found;
}

const kindOf = async ({ databases }: TestPlatform) =>
  (await databases.olap.client.query('select distinct relkind::text as kind from pg_class where oid = any ($1::regclass[])', [cut])).rows;

test('[M13] mail of any year is counted: its months are made, and no others', async () => {
  await using platform = await testPlatform({ product: mail });
  const tenantId = await importOld(platform);
  const { rows } = await platform.databases.olap.client.query(
    'select day::text, inbound_count from olap.mailbox_analytics where tenant_id = $1 order by day',
    [tenantId],
  );
  expect(rows).toEqual(dates.map((date) => ({ day: date.slice(0, 10), inbound_count: 1 })));
  const parts = (await platform.use<Partition>('partition').parts('olap.mailbox_analytics')).map(({ from }) => from);
  const old = parts.filter((from) => from !== undefined && from < '2003').sort();
  expect(old).toEqual(['1998-12-01', '1999-01-01', '2002-08-01', '2002-09-01', '2002-10-01']);
  const sets = (await platform.use<Partition>('partition').status()).map(({ table, tier }) => `${tier} ${table}`);
  expect(sets).toEqual(expect.arrayContaining(cut.map((table) => expect.stringContaining(table))));
});

test('[M13] whole tables with rows become months with the same rows, and whole again', { timeout: 120_000 }, async () => {
  await using platform = await testPlatform({ product: mail });
  const migrate = platform.use<Migrate>('migrate');
  await platform.use<Mail>('mail').seed({ tenants: 1, scale: 0.1, seed: 5 });
  await importOld(platform);
  const before = await figures(platform);
  const hourFrom = (now: number) => [now - 60_000, now + 3_600_000].map((ms) => new Date(ms).toISOString()).join('/');
  await migrate.down({ to: 'mail/20260105090200_create_analytics', window: hourFrom(Date.now()) });
  expect(await kindOf(platform)).toEqual([{ kind: 'r' }]);
  expect(await figures(platform)).toEqual(before);
  expect((await platform.use<Partition>('partition').status()).map(({ table }) => table)).not.toEqual(expect.arrayContaining(cut));

  // As somebody has them who took the tables as they were released.
  const { client } = platform.databases.olap;
  const [{ tenant_id: tenantId }] = (await client.query('select tenant_id from olap.mailbox_analytics limit 1')).rows;
  await client.query(
    `insert into olap.billing_analytics (tenant_id, month, currency, invoiced_cents) select $1, ('2024-01-01'::date + n * interval '1 month')::date, 'EUR', n from generate_series(1, 30) n`,
    [tenantId],
  );
  await client.query(
    `insert into olap.warmup_analytics (tenant_id, email_account_id, day, sent_count) select $1, $1, '2024-02-28'::date + n, n from generate_series(1, 400) n`,
    [tenantId],
  );
  const whole = await figures(platform);
  await migrate.up();
  expect(await kindOf(platform)).toEqual([{ kind: 'p' }]);
  expect(await figures(platform)).toEqual(whole);
  expect((await platform.use<Partition>('partition').findings()).filter(({ severity }) => severity !== 'information')).toEqual([]);
});

test('[M9] months are reached through their table only', async () => {
  await using platform = await testPlatform({ product: mail });
  await importOld(platform);
  const { rows } = await platform.databases.olap.client.query(
    `select c.oid::regclass::text as part from pg_class c where c.relispartition and c.relkind = 'r' and (not c.relforcerowsecurity
       or has_table_privilege('plinth_app', c.oid, 'select, insert, update, delete') or exists (select from pg_policy where polrelid = c.oid))`,
  );
  expect(rows).toEqual([]);
});
