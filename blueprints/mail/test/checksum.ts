import type { Connect } from 'plinth/connect';
import type { Partition } from 'plinth/partition';
import type { TestPlatform } from '../../../tests/support/platform.ts';
import { until } from '../../../tests/support/until.ts';
import { batchFeed } from '../facts/batch-feed.ts';
import { catchUp } from '../facts/catch-up.ts';

// Everything an import leaves, by what it means and not by generated ids: two runs over the same mail must be equal in it.
const statements = {
  content: {
    messages: `select encode(raw_sha256, 'hex') as k, message_id, in_reply_to, from_address, from_name, to_addresses, cc_addresses, subject, content_type,
      status, sent from content.email_messages where tenant_id = $1 order by raw_sha256`,
    threads: `select array_agg(encode(m.raw_sha256, 'hex') order by m.raw_sha256) as members, t.subject, t.subject_key, t.last, t.message_count
      from content.email_threads t join content.email_messages m using (tenant_id) where t.tenant_id = $1 and m.thread_id = t.id group by t.id, t.tenant_id order by 1`,
    bodies: `select encode(m.raw_sha256, 'hex') as k, c.path, c.snippet, c.id = m.content_id as is_shown, encode(b.sha256, 'hex') as body, o.content_type, o.charset
      from content.email_content c join content.email_messages m on m.tenant_id = c.tenant_id and m.id = c.email_message_id
      join content.objects o on o.tenant_id = c.tenant_id and o.id = c.object_id join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
      where c.tenant_id = $1 order by 1, 2`,
    objects: `select encode(m.raw_sha256, 'hex') as k, c.role, c.path, c.disposition, o.name, encode(b.sha256, 'hex') as object
      from content.content_objects c join content.email_messages m on m.tenant_id = c.tenant_id and m.id = c.email_message_id
      join content.objects o on o.tenant_id = c.tenant_id and o.id = c.object_id join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
      where c.tenant_id = $1 order by 1, 2, 3`,
    references: 'select id from content.email_references where tenant_id = $1 order by 1',
    orphans: `select count(*) from content.objects o where o.tenant_id = $1
      and not exists (select from content.content_objects c where c.tenant_id = o.tenant_id and c.object_id = o.id)
      and not exists (select from content.email_content c where c.tenant_id = o.tenant_id and c.object_id = o.id)`,
    quarantines: `select encode(sha256, 'hex') as k, reason, file, start_byte, end_byte from content.email_quarantines where tenant_id = $1 order by 1`,
  },
  oltp: {
    contacts: 'select address::text, name from oltp.contacts where tenant_id = $1 order by 1',
    accounts: 'select address::text from oltp.email_accounts where tenant_id = $1 order by 1',
  },
  olap: {
    facts: 'select count(*), count(distinct id) from olap.email_facts where tenant_id = $1',
    mailboxes: 'select day, inbound_count, sent_count from olap.mailbox_analytics where tenant_id = $1 order by 1',
  },
} as const;

/** What a tenant's mail is, table by table, comparable between tenants and runs. Read as superuser. */
export async function mailState(platform: TestPlatform, tenantId: string): Promise<Record<string, Record<string, unknown>[]>> {
  const state: Record<string, Record<string, unknown>[]> = {};
  for (const tier of ['content', 'oltp', 'olap'] as const) {
    for (const [name, text] of Object.entries(statements[tier])) {
      state[name] = (await platform.databases[tier].client.query({ text, values: [tenantId] })).rows;
    }
  }
  return state;
}

/** The same when so many facts are there. The feed waits for transactions that run anywhere on the server, so it is asked again and again. */
export async function settledState(platform: TestPlatform, tenantId: string, facts: number): ReturnType<typeof mailState> {
  const deps = { connect: platform.use<Connect>('connect'), partition: platform.use<Partition>('partition') };
  const { client } = platform.databases.olap;
  const isWhole = async () => {
    await catchUp(deps, batchFeed(deps.connect), tenantId);
    return Number((await client.query(statements.olap.facts, [tenantId])).rows[0]?.count) === facts;
  };
  await until(isWhole, { what: `${facts} facts` });
  return mailState(platform, tenantId);
}
