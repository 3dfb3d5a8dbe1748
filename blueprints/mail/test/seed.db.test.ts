import type { Connect } from 'plinth/connect';
import type { Partition } from 'plinth/partition';
import type { Tenancy } from 'plinth/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { batchFeed } from '../facts/batch-feed.ts';
import { catchUp } from '../facts/catch-up.ts';
import { type Mail, mail } from '../index.ts';
import { mailState } from './checksum.ts';

let platform: TestPlatform;
const end = new Date('2026-03-02T00:00:00Z');
const watch = { signal: new AbortController().signal, onProgress: () => {} };

beforeAll(async () => {
  platform = await testPlatform({ product: mail });
});
afterAll(() => platform?.[Symbol.asyncDispose]());

const product = () => platform.use<Mail>('mail');
const sql = (text: string, values: unknown[] = []) => platform.databases.content.client.query(text, values);

test('[M11] the demo fills an empty platform once, on three tiers, with bodies that can be read', async () => {
  expect(await product().seedIfEmpty(watch)).toMatch(/^3 tenants, [\d,]+ messages/);
  expect(await product().seedIfEmpty(watch)).toBeUndefined();
  const tenants = (await platform.use<Tenancy>('tenancy').list()).filter((tenant) => tenant.slug !== 'system');
  expect(new Set(tenants.map((tenant) => tenant.slug))).toEqual(new Set(['harbor-and-finch', 'northlight-labs', 'juniper-freight']));
  for (const { id } of tenants) {
    const people = await platform.use<Tenancy>('tenancy').members(id);
    expect(new Set(people.map((member) => member.role))).toEqual(new Set(['owner', 'admin', 'member']));
    expect(people.every((member) => member.email.endsWith('.example'))).toBe(true);
    // The feed stops below the oldest transaction of the server, which may be a neighbour's.
    const deps = { connect: platform.use<Connect>('connect'), partition: platform.use<Partition>('partition') };
    await until(
      async () => {
        await catchUp(deps, batchFeed(deps.connect), id);
        const { rows } = await sql(
          'select (select count(*) from content.email_messages where tenant_id = $1) = (select count(*) from olap.email_facts where tenant_id = $1) as is_equal',
          [id],
        );
        return rows[0].is_equal;
      },
      { what: 'every message to be a fact' },
    );
    const { rows } = await sql(
      `select (select count(*)::int from oltp.leads where tenant_id = $1) as leads, (select count(*)::int from oltp.contacts where tenant_id = $1) as contacts,
        (select count(*)::int from content.email_messages where tenant_id = $1) as messages, (select count(*)::int from olap.email_facts where tenant_id = $1) as facts,
        (select sum(sent_count)::int from olap.campaign_analytics where tenant_id = $1) as sent,
        (select count(*)::int from content.email_messages where tenant_id = $1 and campaign_id is not null) as campaign_messages`,
      [id],
    );
    expect(rows[0].leads).toBe(400);
    expect(rows[0].contacts).toBeGreaterThan(20);
    expect(rows[0].facts).toBe(rows[0].messages);
    expect(rows[0].sent).toBe(rows[0].campaign_messages);
    const first = await product().threads.list(id, { limit: 200 });
    const second = await product().threads.list(id, { limit: 200, cursor: first.nextCursor ?? '' });
    const talk = [...first.threads, ...second.threads].find((thread) => thread.messageCount > 2 && thread.hasAttachments);
    const { messages } = await product().threads.read(id, talk?.id ?? '');
    expect(messages.every((message) => message.text.includes('Hello') || message.text.length > 5)).toBe(true);
    expect(messages.flatMap((message) => message.attachments).map((part) => part.name)).toContain('summary.csv');
  }
});

test('[M11] the same seed gives the same data; addresses lie in reserved domains only', async () => {
  const made: Awaited<ReturnType<Mail['seed']>>[] = [];
  // One after the other: figures wait for every transaction that is still running, also of another tenant.
  for (const prefix of ['a-', 'b-']) made.push(await product().seed({ tenants: 1, scale: 0.2, seed: 7, until: end, prefix }));
  const find = async (prefix: string) => (await platform.use<Tenancy>('tenancy').find(`${prefix}harbor-and-finch`)).id;
  const normal = (state: unknown, prefix: string) => JSON.parse(JSON.stringify(state).replaceAll(`${prefix}harbor`, 'harbor'));
  const [a, b] = [await mailState(platform, await find('a-')), await mailState(platform, await find('b-'))];
  for (const what of ['mailboxes', 'contacts', 'accounts']) expect(normal(a[what], 'a-')).toEqual(normal(b[what], 'b-'));
  const shape = (state: typeof a) =>
    state.messages
      ?.filter((row) => row.k === null)
      .map((row) => [row.subject, row.status, row.sent])
      .map(String)
      .sort();
  expect(shape(a)).toEqual(shape(b));
  expect(made[0]?.tenants[0]).toMatchObject({ leads: 80 });
  const { rows } = await sql(
    'select distinct split_part(address::text, chr(64), 2) as domain from (select address from oltp.leads union select address from oltp.contacts) as a',
  );
  expect(
    rows.map((row) => row.domain).filter((domain) => !/(\.example|\.test|\.invalid|(^|\.)example\.(com|org|net))$/.test(domain)),
  ).toEqual([]);
  await expect(product().seed({ tenants: 1, scale: 0.2, seed: 7, until: end, prefix: 'a-' })).rejects.toMatchObject({
    code: 'PLINTH_MAIL_NOT_EMPTY',
  });
});
