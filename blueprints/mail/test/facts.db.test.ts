import type { Connect } from 'plinth/connect';
import type { Partition } from 'plinth/partition';
import type { Tenancy } from 'plinth/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { batchFeed } from '../facts/batch-feed.ts';
import { catchUp } from '../facts/catch-up.ts';
import { type Mail, mail } from '../index.ts';
import { settledState } from './checksum.ts';

let platform: TestPlatform;
let tenantId: string;

beforeAll(async () => {
  platform = await testPlatform({ product: mail });
  await platform.use<Mail>('mail').seed({ tenants: 1, scale: 0.3, seed: 3, until: new Date('2026-03-02T00:00:00Z') });
  tenantId = (await platform.use<Tenancy>('tenancy').find('harbor-and-finch')).id;
  const { client } = platform.databases.content;
  const { rows } = await client.query('select count(*)::int from content.email_messages where tenant_id = $1', [tenantId]);
  await settledState(platform, tenantId, rows[0].count);
});
afterAll(() => platform?.[Symbol.asyncDispose]());

const sql = async (text: string) => (await platform.databases.olap.client.query(text, [tenantId])).rows;
const run = () => {
  const deps = { connect: platform.use<Connect>('connect'), partition: platform.use<Partition>('partition') };
  return catchUp(deps, batchFeed(deps.connect), tenantId);
};
/** The feed waits for transactions that still run somewhere on the server. */
const caughtUp = async (expected: number) => {
  let written = 0;
  const isEnough = async () => {
    written += (await run()).facts;
    return written >= expected;
  };
  await until(isEnough, { what: `${expected} facts` });
  expect(written).toBe(expected);
};

const names = ['sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'complained', 'unsubscribed'];
const counted = (table: string, keys: string) =>
  `select ${keys}, ${names.map((name) => `${name}_count as ${name}`).join(', ')} from olap.${table} where tenant_id = $1 order by ${keys}`;
const expected = (keys: string, where: string) =>
  `select ${keys}, ${names.map((name) => `count(${name})::int as ${name}`).join(', ')} from content.email_messages
    where tenant_id = $1 and direction = 'outbound' and ${where} group by ${keys} order by ${keys}`;

async function expectFiguresRight() {
  expect(await sql(counted('sequence_step_analytics', 'campaign_id, campaign_step_id'))).toEqual(
    await sql(expected('campaign_id, campaign_step_id', 'campaign_id is not null')),
  );
  expect(await sql(counted('lead_analytics', 'lead_id'))).toEqual(await sql(expected('lead_id', 'lead_id is not null')));
  const hours = await sql(counted('campaign_analytics', 'campaign_id, hour').replace(' order by', ' and sent_count > 0 order by'));
  const key = `date_trunc('hour', sent, 'UTC')`;
  expect(hours).toEqual(
    await sql(
      expected(`campaign_id, ${key}`, 'campaign_id is not null').replace(
        `select campaign_id, ${key}`,
        `select campaign_id, ${key} as hour`,
      ),
    ),
  );
}

test('[M12] figures are what the messages say, also after changes, moves and repetitions', async () => {
  await expectFiguresRight();
  const [{ id }] = (await sql(
    `select id from content.email_messages where tenant_id = $1 and campaign_id is not null and opened is null and bounced is null limit 1`,
  )) as [{ id: string }];
  await sql(`update content.email_messages set opened = delivered + interval '1 minute' where tenant_id = $1 and id = '${id}'`);
  await caughtUp(1);
  await expectFiguresRight();
  await sql(`update content.email_messages set queued = null, sent = sent - interval '2 hours' where tenant_id = $1 and id = '${id}'`);
  await caughtUp(1);
  await expectFiguresRight();

  const before = await sql(counted('campaign_analytics', 'campaign_id, hour'));
  await sql('delete from olap.fact_cursors where tenant_id = $1');
  const [{ count }] = (await sql('select count(*)::int from content.email_messages where tenant_id = $1')) as [{ count: number }];
  await caughtUp(count);
  expect(await sql(counted('campaign_analytics', 'campaign_id, hour'))).toEqual(before);
});

test('[M12] a rate is null where nothing was counted, and never above 1', async () => {
  const [row] = await sql(
    `select count(*) filter (where delivered_count = 0 and open_rate is not null)::int as wrong, max(open_rate)::float as most, count(open_rate)::int as known
      from olap.campaign_analytics where tenant_id = $1`,
  );
  expect(row.wrong).toBe(0);
  expect(row.known).toBeGreaterThan(0);
  expect(row.most).toBeLessThanOrEqual(1);
});
