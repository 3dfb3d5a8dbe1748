// Made by `npm run generate` from accounts.sql, facts.sql, imports.sql, messages.sql, processing.sql, seed.sql, sending.sql, threads.sql; do not edit.
// sources: 07bad6c139409619d683ab1c117de992
import { defineQuery } from 'plinth/kernel';

export interface PutAccountParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly address: string;
}
export type PutAccountRow = Record<string, never>;
/**
 * Adds a mailbox unless it is there.
 */
export const putAccount = defineQuery<PutAccountParams, PutAccountRow>('mail.put_account', ['tenant_id', 'id', 'address'], `insert into oltp.email_accounts (tenant_id, id, address)
values ($1, $2, $3::text::oltp.citext)
on conflict (tenant_id, address) do nothing`);

export interface FindAccountParams {
  readonly tenant_id: string;
  readonly address: string;
}
export interface FindAccountRow {
  readonly id: string;
}
export const findAccount = defineQuery<FindAccountParams, FindAccountRow>('mail.find_account', ['tenant_id', 'address'], `select a.id from oltp.email_accounts a where a.tenant_id = $1 and a.address operator(oltp.=) $2::text::oltp.citext`);

export interface PutContactsParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
  readonly addresses: readonly string[];
  readonly names: readonly string[];
}
export type PutContactsRow = Record<string, never>;
/**
 * Adds those that are not there; the first name that was seen with an address stays.
 */
export const putContacts = defineQuery<PutContactsParams, PutContactsRow>('mail.put_contacts', ['tenant_id', 'ids', 'addresses', 'names'], `insert into oltp.contacts as k (tenant_id, id, address, name)
select distinct on (c.address::oltp.citext) $1::uuid, c.id, c.address::oltp.citext, c.name
  from unnest($2::uuid[], $3::text[], $4::text[]) as c (id, address, name)
on conflict (tenant_id, address) do update set name = excluded.name where k.name = '' and excluded.name <> ''`);

export interface ReadChangedMessagesParams {
  readonly tenant_id: string;
  readonly xid: string;
  readonly id: string;
  readonly limit: number;
}
export interface ReadChangedMessagesRow {
  readonly id: string;
  readonly direction: string;
  readonly email_account_id: string | null;
  readonly campaign_id: string | null;
  readonly campaign_step_id: string | null;
  readonly lead_id: string | null;
  readonly occurred: Date;
  readonly sent: Date | null;
  readonly delivered: Date | null;
  readonly opened: Date | null;
  readonly clicked: Date | null;
  readonly replied: Date | null;
  readonly bounced: Date | null;
  readonly complained: Date | null;
  readonly unsubscribed: Date | null;
  readonly changed_xid: string;
}
/**
 * Messages written since a position, by transactions that can no longer be overtaken by an older one.
 */
export const readChangedMessages = defineQuery<ReadChangedMessagesParams, ReadChangedMessagesRow>('mail.read_changed_messages', ['tenant_id', 'xid', 'id', 'limit'], `select m.id, m.direction, m.email_account_id, m.campaign_id, m.campaign_step_id, m.lead_id, coalesce(m.sent, m.queued, m.created) as "occurred",
  m.sent, m.delivered, m.opened, m.clicked, m.replied, m.bounced, m.complained, m.unsubscribed, m.changed_xid::text as "changed_xid"
  from content.email_messages m
 where m.tenant_id = $1 and (m.changed_xid, m.id) > ($2::text::xid8, $3::uuid)
   and m.changed_xid < pg_snapshot_xmin(pg_current_snapshot())
 order by m.changed_xid, m.id
 limit $4::int`);

export interface HasChangedMessagesParams {
  readonly tenant_id: string;
  readonly xid: string;
  readonly id: string;
}
export interface HasChangedMessagesRow {
  readonly id: string;
}
/**
 * Whether messages were written since a position, be there older transactions or not.
 */
export const hasChangedMessages = defineQuery<HasChangedMessagesParams, HasChangedMessagesRow>('mail.has_changed_messages', ['tenant_id', 'xid', 'id'], `select m.id from content.email_messages m
 where m.tenant_id = $1 and (m.changed_xid, m.id) > ($2::text::xid8, $3::uuid) limit 1`);

export interface FindPositionParams {
  readonly tenant_id: string;
  readonly feed: string;
}
export interface FindPositionRow {
  readonly position: string;
  readonly updated: Date;
}
export const findPosition = defineQuery<FindPositionParams, FindPositionRow>('mail.find_position', ['tenant_id', 'feed'], `select c.position, c.updated from olap.fact_cursors c where c.tenant_id = $1 and c.id = $2 for update`);

export interface PutPositionParams {
  readonly tenant_id: string;
  readonly feed: string;
  readonly position: string;
}
export type PutPositionRow = Record<string, never>;
export const putPosition = defineQuery<PutPositionParams, PutPositionRow>('mail.put_position', ['tenant_id', 'feed', 'position'], `insert into olap.fact_cursors (tenant_id, id, position) values ($1, $2, $3)
on conflict (tenant_id, id) do update set position = excluded.position, updated = now()`);

export interface FindFactsParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
}
export interface FindFactsRow {
  readonly email_account_id: string | null;
  readonly campaign_id: string | null;
  readonly campaign_step_id: string | null;
  readonly lead_id: string | null;
  readonly occurred: Date;
}
/**
 * What a group of facts was counted under before it changes.
 */
export const findFacts = defineQuery<FindFactsParams, FindFactsRow>('mail.find_facts', ['tenant_id', 'ids'], `select f.email_account_id, f.campaign_id, f.campaign_step_id, f.lead_id, f.occurred
  from olap.email_facts f where f.tenant_id = $1 and f.id = any ($2::uuid[])`);

export interface PutFactsParams {
  readonly tenant_id: string;
  readonly rows: string;
}
export type PutFactsRow = Record<string, never>;
export const putFacts = defineQuery<PutFactsParams, PutFactsRow>('mail.put_facts', ['tenant_id', 'rows'], `insert into olap.email_facts (tenant_id, id, direction, email_account_id, campaign_id, campaign_step_id, lead_id, occurred,
  sent, delivered, opened, clicked, replied, bounced, complained, unsubscribed)
select $1, r.id, r.direction, r.email_account_id, r.campaign_id, r.campaign_step_id, r.lead_id, r.occurred,
  r.sent, r.delivered, r.opened, r.clicked, r.replied, r.bounced, r.complained, r.unsubscribed
  from json_to_recordset($2::json) as r (id uuid, direction text, email_account_id uuid, campaign_id uuid, campaign_step_id uuid, lead_id uuid,
    occurred timestamptz, sent timestamptz, delivered timestamptz, opened timestamptz, clicked timestamptz, replied timestamptz, bounced timestamptz,
    complained timestamptz, unsubscribed timestamptz)
on conflict (tenant_id, id) do update set direction = excluded.direction, email_account_id = excluded.email_account_id,
  campaign_id = excluded.campaign_id, campaign_step_id = excluded.campaign_step_id, lead_id = excluded.lead_id, occurred = excluded.occurred,
  sent = excluded.sent, delivered = excluded.delivered, opened = excluded.opened, clicked = excluded.clicked, replied = excluded.replied,
  bounced = excluded.bounced, complained = excluded.complained, unsubscribed = excluded.unsubscribed`);

export interface CountMailboxesParams {
  readonly tenant_id: string;
  readonly account_ids: readonly string[];
  readonly days: readonly string[];
}
export type CountMailboxesRow = Record<string, never>;
/**
 * Counts these days of these mailboxes anew. A day that lost its last message becomes 0.
 */
export const countMailboxes = defineQuery<CountMailboxesParams, CountMailboxesRow>('mail.count_mailboxes', ['tenant_id', 'account_ids', 'days'], `insert into olap.mailbox_analytics (tenant_id, email_account_id, day, inbound_count, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count)
select $1, k.account_id, k.day, count(*) filter (where f.direction = 'inbound'),
  count(f.sent) filter (where f.direction = 'outbound'), count(f.delivered) filter (where f.direction = 'outbound'), count(f.opened) filter (where f.direction = 'outbound'), count(f.clicked) filter (where f.direction = 'outbound'), count(f.replied) filter (where f.direction = 'outbound'), count(f.bounced) filter (where f.direction = 'outbound'), count(f.complained) filter (where f.direction = 'outbound'), count(f.unsubscribed) filter (where f.direction = 'outbound')
  from unnest($2::uuid[], $3::date[]) as k (account_id, day)
  left join olap.email_facts f on f.tenant_id = $1 and f.email_account_id = k.account_id
    and f.occurred >= k.day::timestamp at time zone 'UTC' and f.occurred < (k.day + 1)::timestamp at time zone 'UTC'
 group by k.account_id, k.day
on conflict (tenant_id, email_account_id, day) do update set computed = now(), inbound_count = excluded.inbound_count,
  sent_count = excluded.sent_count, delivered_count = excluded.delivered_count, opened_count = excluded.opened_count, clicked_count = excluded.clicked_count, replied_count = excluded.replied_count, bounced_count = excluded.bounced_count, complained_count = excluded.complained_count, unsubscribed_count = excluded.unsubscribed_count`);

export interface CountCampaignsParams {
  readonly tenant_id: string;
  readonly campaign_ids: readonly string[];
  readonly hours: readonly Date[];
}
export type CountCampaignsRow = Record<string, never>;
/**
 * Counts these hours of these campaigns anew.
 */
export const countCampaigns = defineQuery<CountCampaignsParams, CountCampaignsRow>('mail.count_campaigns', ['tenant_id', 'campaign_ids', 'hours'], `insert into olap.campaign_analytics (tenant_id, campaign_id, hour, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count)
select $1, k.campaign_id, k.hour,
  count(f.sent) filter (where f.direction = 'outbound'), count(f.delivered) filter (where f.direction = 'outbound'), count(f.opened) filter (where f.direction = 'outbound'), count(f.clicked) filter (where f.direction = 'outbound'), count(f.replied) filter (where f.direction = 'outbound'), count(f.bounced) filter (where f.direction = 'outbound'), count(f.complained) filter (where f.direction = 'outbound'), count(f.unsubscribed) filter (where f.direction = 'outbound')
  from unnest($2::uuid[], $3::timestamptz[]) as k (campaign_id, hour)
  left join olap.email_facts f on f.tenant_id = $1 and f.campaign_id = k.campaign_id
    and f.occurred >= k.hour and f.occurred < k.hour + interval '1 hour'
 group by k.campaign_id, k.hour
on conflict (tenant_id, campaign_id, hour) do update set computed = now(),
  sent_count = excluded.sent_count, delivered_count = excluded.delivered_count, opened_count = excluded.opened_count, clicked_count = excluded.clicked_count, replied_count = excluded.replied_count, bounced_count = excluded.bounced_count, complained_count = excluded.complained_count, unsubscribed_count = excluded.unsubscribed_count`);

export interface CountStepsParams {
  readonly tenant_id: string;
  readonly campaign_ids: readonly string[];
  readonly step_ids: readonly string[];
}
export type CountStepsRow = Record<string, never>;
/**
 * Counts these steps anew.
 */
export const countSteps = defineQuery<CountStepsParams, CountStepsRow>('mail.count_steps', ['tenant_id', 'campaign_ids', 'step_ids'], `insert into olap.sequence_step_analytics (tenant_id, campaign_id, campaign_step_id, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count)
select $1, k.campaign_id, k.step_id,
  count(f.sent) filter (where f.direction = 'outbound'), count(f.delivered) filter (where f.direction = 'outbound'), count(f.opened) filter (where f.direction = 'outbound'), count(f.clicked) filter (where f.direction = 'outbound'), count(f.replied) filter (where f.direction = 'outbound'), count(f.bounced) filter (where f.direction = 'outbound'), count(f.complained) filter (where f.direction = 'outbound'), count(f.unsubscribed) filter (where f.direction = 'outbound')
  from unnest($2::uuid[], $3::uuid[]) as k (campaign_id, step_id)
  left join olap.email_facts f on f.tenant_id = $1 and f.campaign_id = k.campaign_id and f.campaign_step_id = k.step_id
 group by k.campaign_id, k.step_id
on conflict (tenant_id, campaign_id, campaign_step_id) do update set computed = now(),
  sent_count = excluded.sent_count, delivered_count = excluded.delivered_count, opened_count = excluded.opened_count, clicked_count = excluded.clicked_count, replied_count = excluded.replied_count, bounced_count = excluded.bounced_count, complained_count = excluded.complained_count, unsubscribed_count = excluded.unsubscribed_count`);

export interface CountLeadsParams {
  readonly tenant_id: string;
  readonly lead_ids: readonly string[];
}
export type CountLeadsRow = Record<string, never>;
/**
 * Counts these leads anew.
 */
export const countLeads = defineQuery<CountLeadsParams, CountLeadsRow>('mail.count_leads', ['tenant_id', 'lead_ids'], `insert into olap.lead_analytics (tenant_id, lead_id, contacted, answered, sent_count, delivered_count, opened_count, clicked_count, replied_count, bounced_count, complained_count, unsubscribed_count)
select $1, k.lead_id, max(f.occurred), max(f.replied),
  count(f.sent) filter (where f.direction = 'outbound'), count(f.delivered) filter (where f.direction = 'outbound'), count(f.opened) filter (where f.direction = 'outbound'), count(f.clicked) filter (where f.direction = 'outbound'), count(f.replied) filter (where f.direction = 'outbound'), count(f.bounced) filter (where f.direction = 'outbound'), count(f.complained) filter (where f.direction = 'outbound'), count(f.unsubscribed) filter (where f.direction = 'outbound')
  from unnest($2::uuid[]) as k (lead_id)
  join olap.email_facts f on f.tenant_id = $1 and f.lead_id = k.lead_id
 group by k.lead_id
on conflict (tenant_id, lead_id) do update set computed = now(), contacted = excluded.contacted, answered = excluded.answered,
  sent_count = excluded.sent_count, delivered_count = excluded.delivered_count, opened_count = excluded.opened_count, clicked_count = excluded.clicked_count, replied_count = excluded.replied_count, bounced_count = excluded.bounced_count, complained_count = excluded.complained_count, unsubscribed_count = excluded.unsubscribed_count`);

export interface PutImportParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly email_account_id: string;
  readonly source: string;
  readonly fingerprint: Buffer;
  readonly fingerprint_length: number;
}
export type PutImportRow = Record<string, never>;
export const putImport = defineQuery<PutImportParams, PutImportRow>('mail.put_import', ['tenant_id', 'id', 'email_account_id', 'source', 'fingerprint', 'fingerprint_length'], `insert into content.email_imports (tenant_id, id, email_account_id, source, fingerprint, fingerprint_length)
values ($1, $2, $3, $4, $5, $6)`);

export interface FindUnfinishedImportParams {
  readonly tenant_id: string;
  readonly source: string;
  readonly email_account_id: string;
}
export interface FindUnfinishedImportRow {
  readonly id: string;
  readonly fingerprint: Buffer;
  readonly fingerprint_length: number;
  readonly offset_bytes: number;
  readonly last_file: string | null;
  readonly read_count: number;
  readonly imported_count: number;
  readonly duplicate_count: number;
  readonly quarantined_count: number;
}
/**
 * The latest run over a source into a mailbox, if it did not reach the end.
 */
export const findUnfinishedImport = defineQuery<FindUnfinishedImportParams, FindUnfinishedImportRow>('mail.find_unfinished_import', ['tenant_id', 'source', 'email_account_id'], `select i.id, i.fingerprint, i.fingerprint_length, i.offset_bytes, i.last_file, i.read_count, i.imported_count, i.duplicate_count, i.quarantined_count
  from (
    select e.* from content.email_imports e
     where e.tenant_id = $1 and e.source = $2 and e.email_account_id = $3
     order by e.started desc, e.id desc limit 1
  ) i
 where i.state <> 'completed'`);

export interface AdvanceImportParams {
  readonly offset_bytes: number;
  readonly last_file: string | null;
  readonly owed_ids: readonly string[];
  readonly imported_count: number;
  readonly duplicate_count: number;
  readonly quarantined_count: number;
  readonly tenant_id: string;
  readonly id: string;
}
export type AdvanceImportRow = Record<string, never>;
export const advanceImport = defineQuery<AdvanceImportParams, AdvanceImportRow>('mail.advance_import', ['offset_bytes', 'last_file', 'owed_ids', 'imported_count', 'duplicate_count', 'quarantined_count', 'tenant_id', 'id'], `update content.email_imports i
   set offset_bytes = $1, last_file = $2, owed_ids = $3, updated = now(), state = 'running',
       read_count = i.read_count + $4::int + $5::int + $6::int,
       imported_count = i.imported_count + $4::int,
       duplicate_count = i.duplicate_count + $5::int,
       quarantined_count = i.quarantined_count + $6::int
 where i.tenant_id = $7 and i.id = $8`);

export interface FindOwingImportsParams {
  readonly tenant_id: string;
}
export interface FindOwingImportsRow {
  readonly id: string;
  readonly owed_ids: string[];
}
/**
 * Runs of a tenant that may have left the jobs of their last batch to whoever comes next.
 */
export const findOwingImports = defineQuery<FindOwingImportsParams, FindOwingImportsRow>('mail.find_owing_imports', ['tenant_id'], `select i.id, i.owed_ids from content.email_imports i where i.tenant_id = $1 and i.owed_ids <> '{}'`);

export interface SettleImportParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly owed_ids: readonly string[];
}
export type SettleImportRow = Record<string, never>;
/**
 * Unless it has gone on meanwhile.
 */
export const settleImport = defineQuery<SettleImportParams, SettleImportRow>('mail.settle_import', ['tenant_id', 'id', 'owed_ids'], `update content.email_imports i set owed_ids = '{}' where i.tenant_id = $1 and i.id = $2 and i.owed_ids = $3`);

export interface EndImportParams {
  readonly state: string;
  readonly tenant_id: string;
  readonly id: string;
}
export interface EndImportRow {
  readonly read_count: number;
  readonly imported_count: number;
  readonly duplicate_count: number;
  readonly quarantined_count: number;
}
export const endImport = defineQuery<EndImportParams, EndImportRow>('mail.end_import', ['state', 'tenant_id', 'id'], `update content.email_imports i
   set state = $1::text, updated = now(), owed_ids = case when $1::text = 'completed' then '{}' else i.owed_ids end,
       completed = case when $1::text = 'completed' then now() end
 where i.tenant_id = $2 and i.id = $3
returning i.read_count, i.imported_count, i.duplicate_count, i.quarantined_count`);

export interface PutQuarantinesParams {
  readonly tenant_id: string;
  readonly import_id: string;
  readonly rows: string;
}
export type PutQuarantinesRow = Record<string, never>;
export const putQuarantines = defineQuery<PutQuarantinesParams, PutQuarantinesRow>('mail.put_quarantines', ['tenant_id', 'import_id', 'rows'], `insert into content.email_quarantines (tenant_id, id, import_id, reason, detail, file, start_byte, end_byte, sha256)
select $1, q.id, $2, q.reason, q.detail, q.file, q.start_byte, q.end_byte, q.sha256
  from json_to_recordset($3::json)
    as q (id uuid, reason text, detail text, file text, start_byte bigint, end_byte bigint, sha256 bytea)
on conflict (tenant_id, sha256) do nothing`);

export type IsMailAnalyzedParams = Record<string, never>;
export interface IsMailAnalyzedRow {
  readonly is_analyzed: boolean;
}
export const isMailAnalyzed = defineQuery<IsMailAnalyzedParams, IsMailAnalyzedRow>('mail.is_mail_analyzed', [], `select c.reltuples >= 0 as "is_analyzed" from pg_catalog.pg_class c where c.oid = 'content.email_messages'::regclass`);

export interface LockMailboxesParams {
  readonly tenant_id: string;
}
export interface LockMailboxesRow {
  readonly locked: string | null;
}
/**
 * Held to the end of the transaction: batches of one tenant are threaded one after the other.
 */
export const lockMailboxes = defineQuery<LockMailboxesParams, LockMailboxesRow>('mail.lock_mailboxes', ['tenant_id'], `select pg_advisory_xact_lock(hashtextextended('mail ' || $1::uuid::text, 0)) as "locked"`);

export interface FindKnownParams {
  readonly tenant_id: string;
  readonly sha256s: readonly Buffer[];
}
export interface FindKnownRow {
  readonly raw_sha256: Buffer;
}
/**
 * Which of these raw messages are stored.
 */
export const findKnown = defineQuery<FindKnownParams, FindKnownRow>('mail.find_known', ['tenant_id', 'sha256s'], `select m.raw_sha256 as "raw_sha256" from content.email_messages m
 where m.tenant_id = $1 and m.raw_sha256 = any ($2::bytea[])`);

export interface FindReferencesParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
}
export interface FindReferencesRow {
  readonly id: string;
  readonly thread_id: string;
}
export const findReferences = defineQuery<FindReferencesParams, FindReferencesRow>('mail.find_references', ['tenant_id', 'ids'], `select r.id, r.thread_id from content.email_references r where r.tenant_id = $1 and r.id = any ($2::uuid[])`);

export interface FindThreadsParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
  readonly subject_keys: readonly string[];
}
export interface FindThreadsRow {
  readonly id: string;
  readonly subject: string;
  readonly subject_key: string;
  readonly last: Date;
  readonly message_count: number;
}
export const findThreads = defineQuery<FindThreadsParams, FindThreadsRow>('mail.find_threads', ['tenant_id', 'ids', 'subject_keys'], `select t.id, t.subject, t.subject_key, t.last, t.message_count from content.email_threads t
 where t.tenant_id = $1 and (t.id = any ($2::uuid[]) or t.subject_key = any ($3::text[]))`);

export interface PutThreadsParams {
  readonly tenant_id: string;
  readonly rows: string;
}
export type PutThreadsRow = Record<string, never>;
export const putThreads = defineQuery<PutThreadsParams, PutThreadsRow>('mail.put_threads', ['tenant_id', 'rows'], `insert into content.email_threads as t (tenant_id, id, subject, subject_key, last, message_count)
select $1, r.id, r.subject, r.subject_key, r.last, r.message_count
  from json_to_recordset($2::json) as r (id uuid, subject text, subject_key text, last timestamptz, message_count int)
on conflict (tenant_id, id) do update set last = excluded.last, message_count = excluded.message_count`);

export interface MoveMessagesParams {
  readonly from_ids: readonly string[];
  readonly into_ids: readonly string[];
  readonly tenant_id: string;
}
export type MoveMessagesRow = Record<string, never>;
export const moveMessages = defineQuery<MoveMessagesParams, MoveMessagesRow>('mail.move_messages', ['from_ids', 'into_ids', 'tenant_id'], `update content.email_messages m set thread_id = p.into_id
  from unnest($1::uuid[], $2::uuid[]) as p (from_id, into_id)
 where m.tenant_id = $3 and m.thread_id = p.from_id`);

export interface MoveReferencesParams {
  readonly from_ids: readonly string[];
  readonly into_ids: readonly string[];
  readonly tenant_id: string;
}
export type MoveReferencesRow = Record<string, never>;
export const moveReferences = defineQuery<MoveReferencesParams, MoveReferencesRow>('mail.move_references', ['from_ids', 'into_ids', 'tenant_id'], `update content.email_references r set thread_id = p.into_id
  from unnest($1::uuid[], $2::uuid[]) as p (from_id, into_id)
 where r.tenant_id = $3 and r.thread_id = p.from_id`);

export interface DropThreadsParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
}
export type DropThreadsRow = Record<string, never>;
export const dropThreads = defineQuery<DropThreadsParams, DropThreadsRow>('mail.drop_threads', ['tenant_id', 'ids'], `delete from content.email_threads t where t.tenant_id = $1 and t.id = any ($2::uuid[])`);

export interface PutReferencesParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
  readonly thread_ids: readonly string[];
}
export type PutReferencesRow = Record<string, never>;
export const putReferences = defineQuery<PutReferencesParams, PutReferencesRow>('mail.put_references', ['tenant_id', 'ids', 'thread_ids'], `insert into content.email_references as r (tenant_id, id, thread_id)
select $1, p.id, p.thread_id from unnest($2::uuid[], $3::uuid[]) as p (id, thread_id)
on conflict (tenant_id, id) do update set thread_id = excluded.thread_id`);

export interface PutMessagesParams {
  readonly tenant_id: string;
  readonly rows: string;
}
export type PutMessagesRow = Record<string, never>;
export const putMessages = defineQuery<PutMessagesParams, PutMessagesRow>('mail.put_messages', ['tenant_id', 'rows'], `insert into content.email_messages (tenant_id, id, thread_id, direction, message_id, in_reply_to, from_address, from_name, to_addresses, cc_addresses,
  subject, content_type, status, raw_sha256, content_id, email_account_id, sent, delivered, campaign_id, campaign_step_id, lead_id, queued)
select $1, r.id, r.thread_id, r.direction, r.message_id, r.in_reply_to, r.from_address, r.from_name, r.to_addresses, r.cc_addresses,
  r.subject, r.content_type, r.status, r.raw_sha256, r.content_id, r.email_account_id, r.sent, r.delivered,
  r.campaign_id, r.campaign_step_id, r.lead_id, case when r.queued is not null then least(r.sent, r.queued) end
  from json_to_recordset($2::json) as r (id uuid, thread_id uuid, direction text, message_id text, in_reply_to text, from_address text, from_name text,
    to_addresses text[], cc_addresses text[], subject text, content_type text, status text, raw_sha256 bytea, content_id uuid, email_account_id uuid,
    sent timestamptz, delivered timestamptz, campaign_id uuid, campaign_step_id uuid, lead_id uuid, queued timestamptz)`);

export interface PutBodiesParams {
  readonly tenant_id: string;
  readonly rows: string;
}
export type PutBodiesRow = Record<string, never>;
export const putBodies = defineQuery<PutBodiesParams, PutBodiesRow>('mail.put_bodies', ['tenant_id', 'rows'], `insert into content.email_content (tenant_id, id, email_message_id, object_id, path, snippet)
select $1, r.id, r.email_message_id, r.object_id, r.path, r.snippet
  from json_to_recordset($2::json) as r (id uuid, email_message_id uuid, object_id uuid, path text, snippet text)`);

export interface PutObjectsParams {
  readonly tenant_id: string;
  readonly rows: string;
}
export type PutObjectsRow = Record<string, never>;
export const putObjects = defineQuery<PutObjectsParams, PutObjectsRow>('mail.put_objects', ['tenant_id', 'rows'], `insert into content.content_objects (tenant_id, id, email_message_id, object_id, role, path, disposition, cid)
select $1, r.id, r.email_message_id, r.object_id, r.role, r.path, r.disposition, r.cid
  from json_to_recordset($2::json) as r (id uuid, email_message_id uuid, object_id uuid, role text, path text, disposition text, cid text)`);

export interface FindRawObjectParams {
  readonly tenant_id: string;
  readonly message_id: string;
}
export interface FindRawObjectRow {
  readonly id: string;
}
/**
 * The raw form stored for a message that is not there yet: what a run that was killed had already uploaded.
 */
export const findRawObject = defineQuery<FindRawObjectParams, FindRawObjectRow>('mail.find_raw_object', ['tenant_id', 'message_id'], `select o.id from content.objects o
 where o.tenant_id = $1 and o.owner_table = 'content.email_messages' and o.owner_id = $2 and o.kind = 'raw'
 limit 1`);

export interface FindReceivedParams {
  readonly tenant_id: string;
  readonly id: string;
}
export interface FindReceivedRow {
  readonly id: string;
  readonly direction: string;
  readonly from_address: string;
  readonly dated: Date;
  readonly object_id: string;
  readonly raw_bytes: number;
}
/**
 * A message to be looked at, and where its bytes are.
 */
export const findReceived = defineQuery<FindReceivedParams, FindReceivedRow>('mail.find_received', ['tenant_id', 'id'], `select m.id, m.direction, m.from_address, coalesce(m.sent, m.created) as "dated", o.object_id as "object_id", b.raw_bytes as "raw_bytes"
  from content.email_messages m
    join content.content_objects o on o.tenant_id = m.tenant_id and o.email_message_id = m.id and o.role = 'raw'
    join content.objects s on s.tenant_id = o.tenant_id and s.id = o.object_id
    join content.blobs b on b.tenant_id = s.tenant_id and b.id = s.blob_id
 where m.tenant_id = $1 and m.id = $2`);

export interface FindAnsweredParams {
  readonly tenant_id: string;
  readonly id: string | null;
  readonly message_ids: readonly string[];
  readonly keys: readonly string[];
}
export interface FindAnsweredRow {
  readonly id: string;
  readonly campaign_id: string | null;
  readonly lead_id: string | null;
}
/**
 * The campaign's message that another one is about: by the Message-IDs it names, or by id. Of several the newest.
 */
export const findAnswered = defineQuery<FindAnsweredParams, FindAnsweredRow>('mail.find_answered', ['tenant_id', 'id', 'message_ids', 'keys'], `select m.id, m.campaign_id, m.lead_id
  from content.email_messages m
 where m.tenant_id = $1 and m.direction = 'outbound' and m.campaign_id is not null and m.sent is not null
   and (m.id = $2 or (m.message_id = any ($3::text[])
     and m.thread_id in (select r.thread_id from content.email_references r where r.tenant_id = $1 and r.id = any ($4::uuid[]))))
 order by m.sent desc limit 1`);

export interface MarkAnsweredParams {
  readonly mark: string;
  readonly at: Date;
  readonly tenant_id: string;
  readonly id: string;
}
export type MarkAnsweredRow = Record<string, never>;
/**
 * What became of a message, kept at its first time; whoever answered has got and read it. Again it changes nothing.
 */
export const markAnswered = defineQuery<MarkAnsweredParams, MarkAnsweredRow>('mail.mark_answered', ['mark', 'at', 'tenant_id', 'id'], `update content.email_messages m
   set delivered = case when $1 = 'bounced' then m.delivered else coalesce(m.delivered, m.sent) end,
       opened = case when $1 = 'replied' then coalesce(m.opened, m.delivered, m.sent) else m.opened end,
       replied = case when $1 = 'replied' then greatest($2::timestamptz, m.delivered, m.sent) else m.replied end,
       bounced = case when $1 = 'bounced' then greatest($2::timestamptz, m.sent) else m.bounced end,
       complained = case when $1 = 'complained' then greatest($2::timestamptz, m.sent) else m.complained end,
       unsubscribed = case when $1 = 'unsubscribed' then greatest($2::timestamptz, m.sent) else m.unsubscribed end,
       status = case when $1 = 'replied' and m.status in ('bounced', 'complained', 'unsubscribed') then m.status else $1::text end,
       engagement_score = case when $1 = 'replied' then 100 else m.engagement_score end
 where m.tenant_id = $3 and m.id = $4
   and case $1::text when 'replied' then m.replied when 'bounced' then m.bounced when 'complained' then m.complained else m.unsubscribed end is null`);

export interface PutKindParams {
  readonly kind: string;
  readonly tenant_id: string;
  readonly id: string;
}
export type PutKindRow = Record<string, never>;
export const putKind = defineQuery<PutKindParams, PutKindRow>('mail.put_kind', ['kind', 'tenant_id', 'id'], `update content.email_messages m set kind = $1 where m.tenant_id = $2 and m.id = $3 and m.kind is distinct from $1`);

export interface FindLeadByAddressParams {
  readonly tenant_id: string;
  readonly address: string;
}
export interface FindLeadByAddressRow {
  readonly id: string;
}
export const findLeadByAddress = defineQuery<FindLeadByAddressParams, FindLeadByAddressRow>('mail.find_lead_by_address', ['tenant_id', 'address'], `select d.id from oltp.leads d where d.tenant_id = $1 and d.address operator(oltp.=) $2::text::oltp.citext`);

export interface MarkLeadParams {
  readonly mark: string;
  readonly tenant_id: string;
  readonly id: string;
}
export type MarkLeadRow = Record<string, never>;
/**
 * A customer who answers stays one; who does not want mail is written to by nobody.
 */
export const markLead = defineQuery<MarkLeadParams, MarkLeadRow>('mail.mark_lead', ['mark', 'tenant_id', 'id'], `update oltp.leads d
   set status = case when $1 <> 'replied' or d.status in ('new', 'contacted') then
         case $1::text when 'complained' then 'unsubscribed' else $1 end else d.status end,
       consent = case when $1 in ('unsubscribed', 'complained') then 'opted_out' else d.consent end, updated = now()
 where d.tenant_id = $2 and d.id = $3
   and case $1::text when 'replied' then d.status in ('new', 'contacted') when 'bounced' then d.status <> 'bounced' else d.consent <> 'opted_out' end`);

export interface EndEnrolmentsParams {
  readonly mark: string;
  readonly tenant_id: string;
  readonly lead_id: string;
  readonly campaign_id: string | null;
}
export type EndEnrolmentsRow = Record<string, never>;
/**
 * An answer ends the campaign it belongs to, everything else all of them.
 */
export const endEnrolments = defineQuery<EndEnrolmentsParams, EndEnrolmentsRow>('mail.end_enrolments', ['mark', 'tenant_id', 'lead_id', 'campaign_id'], `update oltp.campaign_leads l
   set state = case $1::text when 'complained' then 'unsubscribed' else $1 end, next_run = null, finished = coalesce(l.finished, now())
 where l.tenant_id = $2 and l.lead_id = $3 and l.state in ('enrolled', 'active', 'paused', 'finished')
   and ($1 <> 'replied' or l.campaign_id = $4)`);

export interface PutAnalyticsDetailsParams {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly dataset: string;
  readonly range_start: Date | null;
  readonly range_end: Date | null;
  readonly rows_read: number;
  readonly rows_written: number;
}
export type PutAnalyticsDetailsRow = Record<string, never>;
/**
 * A job that goes on later counts what it did so far with it.
 */
export const putAnalyticsDetails = defineQuery<PutAnalyticsDetailsParams, PutAnalyticsDetailsRow>('mail.put_analytics_details', ['tenant_id', 'job_id', 'dataset', 'range_start', 'range_end', 'rows_read', 'rows_written'], `insert into queue.job_analytics_details as d (tenant_id, job_id, dataset, range_start, range_end, rows_read, rows_written)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (tenant_id, job_id) do update
   set range_start = least(d.range_start, excluded.range_start), range_end = greatest(d.range_end, excluded.range_end),
       rows_read = d.rows_read + excluded.rows_read, rows_written = d.rows_written + excluded.rows_written`);

export interface FindAnyLeadParams {
  readonly tenant_id: string;
}
export interface FindAnyLeadRow {
  readonly id: string;
}
export const findAnyLead = defineQuery<FindAnyLeadParams, FindAnyLeadRow>('mail.find_any_lead', ['tenant_id'], `select l.id from oltp.leads l where l.tenant_id = $1 limit 1`);

export interface FindPlanParams {
  readonly code: string;
}
export interface FindPlanRow {
  readonly id: string;
  readonly price_cents: number;
}
export const findPlan = defineQuery<FindPlanParams, FindPlanRow>('mail.find_plan', ['code'], `select p.id, p.price_cents from oltp.plans p where p.code = $1`);

export interface PutSubscriptionParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly plan_id: string;
  readonly started: Date;
}
export type PutSubscriptionRow = Record<string, never>;
export const putSubscription = defineQuery<PutSubscriptionParams, PutSubscriptionRow>('mail.put_subscription', ['tenant_id', 'id', 'plan_id', 'started'], `insert into oltp.subscriptions (tenant_id, id, plan_id, status, started) values ($1, $2, $3, 'active', $4)`);

export interface PutInvoiceParams {
  readonly tenant_id: string;
  readonly id: string;
  readonly subscription_id: string;
  readonly number: string;
  readonly amount_cents: number;
  readonly paid: Date | null;
  readonly issued: Date;
  readonly due: Date;
}
export type PutInvoiceRow = Record<string, never>;
export const putInvoice = defineQuery<PutInvoiceParams, PutInvoiceRow>('mail.put_invoice', ['tenant_id', 'id', 'subscription_id', 'number', 'amount_cents', 'paid', 'issued', 'due'], `insert into oltp.invoices (tenant_id, id, subscription_id, number, amount_cents, status, issued, due, paid)
values ($1, $2, $3, $4, $5, case when $6::timestamptz is null then 'open' else 'paid' end,
  $7, $8, $6)`);

export interface StartCampaignParams {
  readonly tenant_id: string;
  readonly id: string;
}
export interface StartCampaignRow {
  readonly id: string;
  readonly email_account_id: string | null;
}
export const startCampaign = defineQuery<StartCampaignParams, StartCampaignRow>('mail.start_campaign', ['tenant_id', 'id'], `update oltp.campaigns c set status = 'running', started = coalesce(c.started, now()), updated = now()
 where c.tenant_id = $1 and c.id = $2 and c.status in ('draft', 'scheduled', 'paused', 'running')
returning c.id, c.email_account_id`);

export interface FindCampaignParams {
  readonly tenant_id: string;
  readonly id: string;
}
export interface FindCampaignRow {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly email_account_id: string | null;
  readonly account_address: string | null;
  readonly provider: string | null;
  readonly daily_limit: number | null;
}
export const findCampaign = defineQuery<FindCampaignParams, FindCampaignRow>('mail.find_campaign', ['tenant_id', 'id'], `select c.id, c.name, c.status, c.email_account_id, a.address::text as account_address, a.provider, a.daily_limit
  from oltp.campaigns c left join oltp.email_accounts a on a.tenant_id = c.tenant_id and a.id = c.email_account_id
 where c.tenant_id = $1 and c.id = $2`);

export interface PauseCampaignParams {
  readonly tenant_id: string;
  readonly id: string;
}
export type PauseCampaignRow = Record<string, never>;
export const pauseCampaign = defineQuery<PauseCampaignParams, PauseCampaignRow>('mail.pause_campaign', ['tenant_id', 'id'], `update oltp.campaigns c set status = 'paused', updated = now() where c.tenant_id = $1 and c.id = $2 and c.status = 'running'`);

export interface CountEnrolmentsParams {
  readonly tenant_id: string;
  readonly campaign_id: string;
}
export interface CountEnrolmentsRow {
  readonly open: number;
  readonly all: number;
  readonly next_run: Date | null;
}
export const countEnrolments = defineQuery<CountEnrolmentsParams, CountEnrolmentsRow>('mail.count_enrolments', ['tenant_id', 'campaign_id'], `select count(*) filter (where l.state in ('enrolled', 'active')) as "open", count(*) as "all",
       min(l.next_run) filter (where l.state in ('enrolled', 'active')) as next_run
  from oltp.campaign_leads l where l.tenant_id = $1 and l.campaign_id = $2`);

export interface EnrolFirstStepsParams {
  readonly tenant_id: string;
  readonly campaign_id: string;
}
export type EnrolFirstStepsRow = Record<string, never>;
/**
 * Enrolments that nothing was planned for yet begin with the first step.
 */
export const enrolFirstSteps = defineQuery<EnrolFirstStepsParams, EnrolFirstStepsRow>('mail.enrol_first_steps', ['tenant_id', 'campaign_id'], `update oltp.campaign_leads l set next_step_id = s.id, next_run = greatest(l.next_run, now() + make_interval(hours => s.delay_hours))
  from oltp.campaign_steps s
 where l.tenant_id = $1 and l.campaign_id = $2 and l.state = 'enrolled' and l.next_step_id is null
   and s.tenant_id = l.tenant_id and s.campaign_id = l.campaign_id
   and s.position = (select min(f.position) from oltp.campaign_steps f where f.tenant_id = l.tenant_id and f.campaign_id = l.campaign_id)`);

export interface DropUnwantedParams {
  readonly tenant_id: string;
  readonly campaign_id: string;
}
export type DropUnwantedRow = Record<string, never>;
/**
 * Who does not want to be written to, or cannot be, gets nothing more.
 */
export const dropUnwanted = defineQuery<DropUnwantedParams, DropUnwantedRow>('mail.drop_unwanted', ['tenant_id', 'campaign_id'], `update oltp.campaign_leads l
   set state = case when d.status = 'bounced' then 'bounced' when d.status = 'replied' then 'replied' else 'unsubscribed' end,
       next_run = null, finished = now()
  from oltp.leads d
 where l.tenant_id = $1 and l.campaign_id = $2 and l.state in ('enrolled', 'active') and l.next_run <= now() and l.sending_job_id is null
   and d.tenant_id = l.tenant_id and d.id = l.lead_id
   and (d.consent = 'opted_out' or d.status in ('unsubscribed', 'bounced') or (d.status = 'replied' and l.state = 'active'))`);

export interface TakeDueParams {
  readonly tenant_id: string;
  readonly campaign_id: string;
  readonly most: number;
}
export interface TakeDueRow {
  readonly id: string;
  readonly lead_id: string;
  readonly step_id: string;
  readonly job_id: string;
  readonly message_ids: string[];
  readonly address: string;
  readonly position: number;
}
/**
 * Each gets the id of its job before there is a job: killed after this, the next run enqueues the same ones.
 */
export const takeDue = defineQuery<TakeDueParams, TakeDueRow>('mail.take_due', ['tenant_id', 'campaign_id', 'most'], `with due as materialized (
  select l.id from oltp.campaign_leads l
   where l.tenant_id = $1 and l.campaign_id = $2 and l.state in ('enrolled', 'active') and l.next_step_id is not null
     and (l.sending_job_id is not null or l.next_run <= now())
   order by l.next_run limit $3::int for update skip locked)
update oltp.campaign_leads l set sending_job_id = coalesce(l.sending_job_id, uuidv7())
  from due, oltp.leads d, oltp.campaign_steps s
 where l.tenant_id = $1 and l.id = due.id and d.tenant_id = l.tenant_id and d.id = l.lead_id
   and s.tenant_id = l.tenant_id and s.id = l.next_step_id
returning l.id, l.lead_id, l.next_step_id as "step_id", l.sending_job_id as "job_id", l.message_ids, d.address::text as "address", s.position as "position"`);

export interface MoveOnParams {
  readonly ids: readonly string[];
  readonly job_ids: readonly string[];
  readonly message_ids: readonly string[];
  readonly tenant_id: string;
}
export type MoveOnRow = Record<string, never>;
/**
 * Behind a step that was handed over: on to the next one, or to the end, unless an answer has ended it meanwhile.
 */
export const moveOn = defineQuery<MoveOnParams, MoveOnRow>('mail.move_on', ['ids', 'job_ids', 'message_ids', 'tenant_id'], `update oltp.campaign_leads l
   set message_ids = l.message_ids || m.message_id, sending_job_id = null, next_step_id = n.id,
       next_run = case when n.id is not null and o.state in ('enrolled', 'active') then now() + make_interval(hours => n.delay_hours) end,
       state = case when o.state not in ('enrolled', 'active') then o.state when n.id is not null then 'active' else 'finished' end,
       finished = case when o.state not in ('enrolled', 'active') then o.finished when n.id is null then now() end
  from unnest($1::uuid[], $2::uuid[], $3::text[]) m (id, job_id, message_id)
    join oltp.campaign_leads o on o.tenant_id = $4 and o.id = m.id
    join oltp.campaign_steps s on s.tenant_id = o.tenant_id and s.id = o.next_step_id
    left join lateral (
      select f.id, f.delay_hours from oltp.campaign_steps f
       where f.tenant_id = s.tenant_id and f.campaign_id = s.campaign_id and f.position > s.position order by f.position limit 1) n on true
 where l.tenant_id = $4 and l.id = m.id and l.sending_job_id = m.job_id`);

export interface CompleteCampaignParams {
  readonly tenant_id: string;
  readonly id: string;
}
export type CompleteCampaignRow = Record<string, never>;
export const completeCampaign = defineQuery<CompleteCampaignParams, CompleteCampaignRow>('mail.complete_campaign', ['tenant_id', 'id'], `update oltp.campaigns c set status = 'completed', completed = now(), updated = now()
 where c.tenant_id = $1 and c.id = $2 and c.status = 'running'
   and not exists (select from oltp.campaign_leads l where l.tenant_id = c.tenant_id and l.campaign_id = c.id and l.state in ('enrolled', 'active'))`);

export interface FindSendingsParams {
  readonly enrolment_ids: readonly string[];
  readonly step_ids: readonly string[];
  readonly account_ids: readonly string[];
  readonly tenant_id: string;
}
export interface FindSendingsRow {
  readonly place: number;
  readonly address: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly title: string;
  readonly custom: unknown;
  readonly consent: string;
  readonly lead_status: string;
  readonly state: string;
  readonly company: string;
  readonly subject: string;
  readonly body_template: string;
  readonly campaign_status: string;
  readonly account_address: string;
  readonly display_name: string;
}
/**
 * Everything messages are made of, as it is now; `place` counts from 1.
 */
export const findSendings = defineQuery<FindSendingsParams, FindSendingsRow>('mail.find_sendings', ['enrolment_ids', 'step_ids', 'account_ids', 'tenant_id'], `select w.place::int as "place", d.address::text as "address", d.first_name, d.last_name, d.title, d.custom, d.consent, d.status as lead_status, l.state,
       coalesce(o.name, '') as "company", s.subject, s.body_template, c.status as campaign_status,
       a.address::text as "account_address", a.display_name
  from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality w (enrolment_id, step_id, account_id, place)
    join oltp.campaign_leads l on l.tenant_id = $4 and l.id = w.enrolment_id
    join oltp.leads d on d.tenant_id = l.tenant_id and d.id = l.lead_id
    join oltp.campaigns c on c.tenant_id = l.tenant_id and c.id = l.campaign_id
    join oltp.campaign_steps s on s.tenant_id = l.tenant_id and s.id = w.step_id
    join oltp.email_accounts a on a.tenant_id = l.tenant_id and a.id = w.account_id
    left join oltp.companies o on o.tenant_id = d.tenant_id and o.id = d.company_id`);

export interface ContactLeadsParams {
  readonly tenant_id: string;
  readonly ids: readonly string[];
}
export type ContactLeadsRow = Record<string, never>;
export const contactLeads = defineQuery<ContactLeadsParams, ContactLeadsRow>('mail.contact_leads', ['tenant_id', 'ids'], `update oltp.leads l set status = 'contacted', updated = now() where l.tenant_id = $1 and l.id = any ($2::uuid[]) and l.status = 'new'`);

export interface MarkSentMessagesParams {
  readonly rows: string;
  readonly tenant_id: string;
}
export type MarkSentMessagesRow = Record<string, never>;
/**
 * Messages that were there before they were filed, by an import, become those of their campaigns.
 */
export const markSentMessages = defineQuery<MarkSentMessagesParams, MarkSentMessagesRow>('mail.mark_sent_messages', ['rows', 'tenant_id'], `update content.email_messages m
   set campaign_id = r.campaign_id, campaign_step_id = r.campaign_step_id, lead_id = r.lead_id, queued = coalesce(m.queued, least(m.sent, r.queued))
  from json_to_recordset($1::json) as r (raw_sha256 bytea, campaign_id uuid, campaign_step_id uuid, lead_id uuid, queued timestamptz)
 where m.tenant_id = $2 and m.raw_sha256 = r.raw_sha256 and m.queued is null`);

export interface ListCampaignsParams {
  readonly tenant_id: string;
}
export interface ListCampaignsRow {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly account_address: string | null;
  readonly leads: number;
  readonly open: number;
  readonly next_run: Date | null;
}
export const listCampaigns = defineQuery<ListCampaignsParams, ListCampaignsRow>('mail.list_campaigns', ['tenant_id'], `select c.id, c.name, c.status, a.address::text as account_address, count(l.id) as "leads",
       count(l.id) filter (where l.state in ('enrolled', 'active')) as "open", min(l.next_run) as next_run
  from oltp.campaigns c
    left join oltp.email_accounts a on a.tenant_id = c.tenant_id and a.id = c.email_account_id
    left join oltp.campaign_leads l on l.tenant_id = c.tenant_id and l.campaign_id = c.id
 where c.tenant_id = $1
 group by c.id, c.name, c.status, c.created, a.address order by c.created, c.name`);

export interface ListSendingAccountsParams {
  readonly tenant_id: string;
}
export interface ListSendingAccountsRow {
  readonly id: string;
  readonly address: string;
  readonly daily_limit: number;
  readonly warmup_state: string;
  readonly warmup_started: Date | null;
}
export const listSendingAccounts = defineQuery<ListSendingAccountsParams, ListSendingAccountsRow>('mail.list_sending_accounts', ['tenant_id'], `select a.id, a.address::text as "address", a.daily_limit, a.warmup_state, a.warmup_started from oltp.email_accounts a
 where a.tenant_id = $1 and a.provider <> 'imported' order by a.created, a.id`);

export interface EndWarmUpParams {
  readonly tenant_id: string;
  readonly id: string;
}
export type EndWarmUpRow = Record<string, never>;
export const endWarmUp = defineQuery<EndWarmUpParams, EndWarmUpRow>('mail.end_warm_up', ['tenant_id', 'id'], `update oltp.email_accounts a set warmup_state = 'warm', updated = now() where a.tenant_id = $1 and a.id = $2 and a.warmup_state = 'warming'`);

export interface FindPairParams {
  readonly tenant_id: string;
  readonly from_id: string;
  readonly to_id: string;
}
export interface FindPairRow {
  readonly warmup_state: string;
  readonly from_address: string;
  readonly from_name: string;
  readonly to_address: string;
  readonly to_name: string;
}
export const findPair = defineQuery<FindPairParams, FindPairRow>('mail.find_pair', ['tenant_id', 'from_id', 'to_id'], `select f.warmup_state, f.address::text as "from_address", f.display_name as from_name, t.address::text as "to_address", t.display_name as to_name
  from oltp.email_accounts f, oltp.email_accounts t
 where f.tenant_id = $1 and f.id = $2 and t.tenant_id = $1 and t.id = $3`);

export interface SetWarmUpParams {
  readonly state: string;
  readonly tenant_id: string;
  readonly address: string;
}
export interface SetWarmUpRow {
  readonly address: string;
  readonly state: string;
}
export const setWarmUp = defineQuery<SetWarmUpParams, SetWarmUpRow>('mail.set_warm_up', ['state', 'tenant_id', 'address'], `update oltp.email_accounts a
   set warmup_state = $1, warmup_started = coalesce(a.warmup_started, now()), updated = now()
 where a.tenant_id = $2 and a.address operator(oltp.=) $3::text::oltp.citext and a.provider <> 'imported'
returning a.address::text as "address", a.warmup_state as state`);

export interface ListThreadsParams {
  readonly tenant_id: string;
  readonly last: Date | null;
  readonly id: string | null;
  readonly search: string | null;
  readonly limit: number;
}
export interface ListThreadsRow {
  readonly id: string;
  readonly subject: string;
  readonly last: Date;
  readonly message_count: number;
  readonly participants: string[];
  readonly has_attachments: boolean;
  readonly snippet: string;
}
/**
 * A page of threads, newest first, behind (last, id). The search looks into subjects and senders; row security allows no
 * text index here (see README), so it reads the tenant's messages of the threads it passes.
 */
export const listThreads = defineQuery<ListThreadsParams, ListThreadsRow>('mail.list_threads', ['tenant_id', 'last', 'id', 'search', 'limit'], `select t.id, t.subject, t.last, t.message_count,
  array(
    select coalesce(nullif(m.from_name, ''), m.from_address) from content.email_messages m
     where m.tenant_id = t.tenant_id and m.thread_id = t.id and m.from_address <> ''
     group by 1 order by min(coalesce(m.sent, m.created)), 1 limit 5
  ) as "participants",
  exists (
    select from content.email_messages m join content.content_objects o on o.tenant_id = m.tenant_id and o.email_message_id = m.id
     where m.tenant_id = t.tenant_id and m.thread_id = t.id and o.role = 'attachment'
  ) as has_attachments,
  coalesce((
    select c.snippet from content.email_messages m join content.email_content c on c.tenant_id = m.tenant_id and c.id = m.content_id
     where m.tenant_id = t.tenant_id and m.thread_id = t.id order by coalesce(m.sent, m.created) desc, m.id desc limit 1
  ), '') as snippet
  from content.email_threads t
 where t.tenant_id = $1
   and ($2::timestamptz is null or (t.last, t.id) < ($2, $3::uuid))
   and ($4::text is null or exists (
     select from content.email_messages m
      where m.tenant_id = t.tenant_id and m.thread_id = t.id
        and strpos(lower(m.subject || ' ' || m.from_name || ' ' || m.from_address), $4) > 0
   ))
 order by t.last desc, t.id desc
 limit $5::int`);

export interface FindThreadParams {
  readonly tenant_id: string;
  readonly id: string;
}
export interface FindThreadRow {
  readonly id: string;
  readonly subject: string;
  readonly last: Date;
  readonly message_count: number;
}
export const findThread = defineQuery<FindThreadParams, FindThreadRow>('mail.find_thread', ['tenant_id', 'id'], `select t.id, t.subject, t.last, t.message_count from content.email_threads t where t.tenant_id = $1 and t.id = $2`);

export interface ListThreadMessagesParams {
  readonly tenant_id: string;
  readonly thread_id: string;
  readonly limit: number;
}
export interface ListThreadMessagesRow {
  readonly id: string;
  readonly message_id: string | null;
  readonly from_address: string;
  readonly from_name: string;
  readonly to_addresses: string[];
  readonly cc_addresses: string[];
  readonly subject: string;
  readonly sent: Date;
  readonly direction: string;
  readonly status: string;
  readonly body_object_id: string | null;
  readonly body_type: string | null;
  readonly body_charset: string | null;
  readonly body_bytes: number | null;
  readonly raw_object_id: string | null;
  readonly raw_bytes: number | null;
  readonly layout: string | null;
}
/**
 * The messages of a thread, oldest first, each with the object of the body that is shown and of its raw form.
 */
export const listThreadMessages = defineQuery<ListThreadMessagesParams, ListThreadMessagesRow>('mail.list_thread_messages', ['tenant_id', 'thread_id', 'limit'], `select m.id, m.message_id, m.from_address, m.from_name, m.to_addresses, m.cc_addresses, m.subject, coalesce(m.sent, m.queued, m.created) as "sent",
  m.direction, m.status, b.id as "body_object_id", b.content_type as "body_type", b.charset as "body_charset", y.raw_bytes as "body_bytes", r.id as "raw_object_id",
  w.raw_bytes as "raw_bytes", w.layout as "layout"
  from content.email_messages m
  left join content.email_content c on c.tenant_id = m.tenant_id and c.id = m.content_id
  left join content.objects b on b.tenant_id = c.tenant_id and b.id = c.object_id
  left join content.blobs y on y.tenant_id = b.tenant_id and y.id = b.blob_id
  left join content.content_objects p on p.tenant_id = m.tenant_id and p.email_message_id = m.id and p.role = 'raw'
  left join content.objects r on r.tenant_id = p.tenant_id and r.id = p.object_id
  left join content.blobs w on w.tenant_id = r.tenant_id and w.id = r.blob_id
 where m.tenant_id = $1 and m.thread_id = $2
 order by coalesce(m.sent, m.queued, m.created), m.id
 limit $3::int`);

export interface ListAttachmentsParams {
  readonly tenant_id: string;
  readonly message_ids: readonly string[];
}
export interface ListAttachmentsRow {
  readonly email_message_id: string;
  readonly object_id: string;
  readonly name: string | null;
  readonly content_type: string | null;
  readonly raw_bytes: number;
}
export const listAttachments = defineQuery<ListAttachmentsParams, ListAttachmentsRow>('mail.list_attachments', ['tenant_id', 'message_ids'], `select p.email_message_id, o.id as object_id, o.name, o.content_type, b.raw_bytes as "raw_bytes"
  from content.content_objects p
  join content.objects o on o.tenant_id = p.tenant_id and o.id = p.object_id
  join content.blobs b on b.tenant_id = o.tenant_id and b.id = o.blob_id
 where p.tenant_id = $1 and p.email_message_id = any ($2::uuid[]) and p.role = 'attachment'
 order by p.email_message_id, p.id`);

export interface FindRawParams {
  readonly tenant_id: string;
  readonly message_id: string;
}
export interface FindRawRow {
  readonly object_id: string;
}
export const findRaw = defineQuery<FindRawParams, FindRawRow>('mail.find_raw', ['tenant_id', 'message_id'], `select p.object_id from content.content_objects p
 where p.tenant_id = $1 and p.email_message_id = $2 and p.role = 'raw'`);
