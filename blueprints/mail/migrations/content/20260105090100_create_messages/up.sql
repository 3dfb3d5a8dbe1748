-- Messages, their threads and what they are made of. The bytes themselves are objects of the content engine.
-- References to accounts, campaigns and leads have no foreign key: those rows live in another database.

create table content.email_threads (
  tenant_id uuid not null,
  id uuid not null,
  subject text not null,
  subject_key text not null,
  last timestamptz not null,
  message_count integer not null,
  constraint email_threads_pk primary key (tenant_id, id),
  constraint email_threads_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint email_threads_subject_key_check check (length(subject_key) <= 200),
  constraint email_threads_message_count_check check (message_count >= 0)
);
comment on table content.email_threads is 'Messages that answer each other. Here and not in oltp, so that a message and its place in a thread are one transaction.';
comment on column content.email_threads.tenant_id is 'Whose row it is.';
comment on column content.email_threads.id is 'uuid v7; of two threads that turn out to be one, the smaller stays.';
comment on column content.email_threads.subject is 'The subject of its first message, without reply prefixes.';
comment on column content.email_threads.subject_key is 'Subject in lower case with single spaces, at most 200 characters; joins replies that name no message.';
comment on column content.email_threads.last is 'Date of its newest message. Denormalised: the list of threads is sorted and paged by it.';
comment on column content.email_threads.message_count is 'Denormalised for the list of threads; changed in the transaction that adds or moves messages.';
create index email_threads_last_idx on content.email_threads (tenant_id, last desc, id desc);
create index email_threads_subject_key_idx on content.email_threads (tenant_id, subject_key, last desc);

create table content.email_references (
  tenant_id uuid not null,
  id uuid not null,
  thread_id uuid not null,
  constraint email_references_pk primary key (tenant_id, id),
  constraint email_references_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint email_references_thread_id_fk foreign key (tenant_id, thread_id) references content.email_threads (tenant_id, id) on delete cascade
);
comment on table content.email_references is 'Every Message-ID that was seen or named by another message, and the thread it belongs to.';
comment on column content.email_references.tenant_id is 'Whose row it is.';
comment on column content.email_references.thread_id is 'The conversation.';
comment on column content.email_references.id is 'The first 16 bytes of the SHA-256 of the Message-ID: fixed size, whatever the sender made up.';
create index email_references_thread_id_idx on content.email_references (tenant_id, thread_id);

create table content.email_messages (
  tenant_id uuid not null,
  id uuid not null,
  thread_id uuid not null,
  direction text not null,
  message_id text,
  in_reply_to text,
  from_address text not null default '',
  from_name text not null default '',
  to_addresses text[] not null default '{}',
  cc_addresses text[] not null default '{}',
  subject text not null default '',
  content_type text not null default 'text/plain',
  status text not null,
  engagement_score integer not null default 0,
  raw_sha256 bytea,
  content_id uuid,
  campaign_id uuid,
  campaign_step_id uuid,
  email_account_id uuid,
  lead_id uuid,
  created timestamptz not null default now(),
  queued timestamptz,
  sent timestamptz,
  delivered timestamptz,
  opened timestamptz,
  clicked timestamptz,
  replied timestamptz,
  bounced timestamptz,
  complained timestamptz,
  unsubscribed timestamptz,
  changed_xid xid8 not null default pg_current_xact_id(),
  constraint email_messages_pk primary key (tenant_id, id),
  constraint email_messages_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint email_messages_thread_id_fk foreign key (tenant_id, thread_id) references content.email_threads (tenant_id, id) on delete cascade,
  constraint email_messages_raw_sha256_key unique (tenant_id, raw_sha256),
  constraint email_messages_direction_check check (direction in ('inbound', 'outbound')),
  constraint email_messages_status_check check (status in ('draft', 'queued', 'sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'complained', 'unsubscribed', 'received')),
  constraint email_messages_received_check check ((status = 'received') = (direction = 'inbound')),
  constraint email_messages_engagement_score_check check (engagement_score between 0 and 100),
  constraint email_messages_raw_sha256_check check (octet_length(raw_sha256) = 32),
  constraint email_messages_campaign_step_id_check check (campaign_step_id is null or campaign_id is not null),
  constraint email_messages_sent_check check (direction = 'inbound' or sent >= queued),
  constraint email_messages_delivered_check check (direction = 'inbound' or delivered is null or (sent is not null and delivered >= sent)),
  constraint email_messages_opened_check check (opened is null or (delivered is not null and opened >= delivered)),
  constraint email_messages_clicked_check check (clicked is null or (opened is not null and clicked >= opened)),
  constraint email_messages_replied_check check (replied is null or (delivered is not null and replied >= delivered)),
  constraint email_messages_bounced_check check (bounced is null or (sent is not null and bounced >= sent)),
  constraint email_messages_complained_check check (complained is null or delivered is not null),
  constraint email_messages_unsubscribed_check check (unsubscribed is null or delivered is not null)
);
comment on table content.email_messages is 'Every message, sent or received, imported or of a campaign.';
comment on column content.email_messages.tenant_id is 'Whose row it is.';
comment on column content.email_messages.id is 'uuid v7.';
comment on column content.email_messages.thread_id is 'The conversation it is part of.';
comment on column content.email_messages.from_name is 'Display name of the sender.';
comment on column content.email_messages.subject is 'Decoded; empty where the message has none.';
comment on column content.email_messages.campaign_id is 'The campaign; a row of oltp.campaigns, in another database.';
comment on column content.email_messages.campaign_step_id is 'The step of the campaign; a row of oltp.campaign_steps, in another database.';
comment on column content.email_messages.email_account_id is 'The mailbox; a row of oltp.email_accounts, in another database.';
comment on column content.email_messages.lead_id is 'To whom; a row of oltp.leads, in another database.';
comment on column content.email_messages.created is 'When the row was made.';
comment on column content.email_messages.queued is 'When it was handed over for sending.';
comment on column content.email_messages.clicked is 'When a link in it was first followed.';
comment on column content.email_messages.replied is 'When it was answered.';
comment on column content.email_messages.bounced is 'When it came back.';
comment on column content.email_messages.complained is 'When it was reported as spam.';
comment on column content.email_messages.unsubscribed is 'When its reader ended the contact.';
comment on column content.email_messages.direction is 'Seen from the tenant''s mailbox.';
comment on column content.email_messages.message_id is 'Message-ID without angle brackets; null where the message has none.';
comment on column content.email_messages.in_reply_to is 'The first Message-ID of In-Reply-To.';
comment on column content.email_messages.from_address is 'As the header says; empty where it has none or no address in it.';
comment on column content.email_messages.to_addresses is 'The mailboxes of To as shown, Name <address>, in their order. The people behind them are oltp.contacts.';
comment on column content.email_messages.cc_addresses is 'Like to_addresses.';
comment on column content.email_messages.content_type is 'Of the whole message, e.g. multipart/alternative.';
comment on column content.email_messages.status is 'The furthest it got, for lists. Rates are computed from the times below, never from it.';
comment on column content.email_messages.engagement_score is 'Opened 20, clicked 50, replied 100: the highest that was reached.';
comment on column content.email_messages.raw_sha256 is 'Of the raw message. It covers the Message-ID, so it alone is the identity within a tenant; null for a message that has no raw form yet.';
comment on column content.email_messages.content_id is 'The body that is shown; messages of one campaign step share theirs.';
comment on column content.email_messages.sent is 'For a received message the sender''s Date, or the nearest to it that is plausible.';
comment on column content.email_messages.delivered is 'When the receiving server took it.';
comment on column content.email_messages.opened is 'A click or reply without a known opening sets it as well: rates rest on it.';
comment on column content.email_messages.changed_xid is 'Transaction that wrote the row last: what the fact feed reads by, complete below the oldest running transaction.';
create index email_messages_thread_id_idx on content.email_messages (tenant_id, thread_id, id);
create index email_messages_changed_xid_idx on content.email_messages (tenant_id, changed_xid, id);
create index email_messages_content_id_idx on content.email_messages (tenant_id, content_id);

create function content.stamp_email_message() returns trigger
language plpgsql set search_path = pg_catalog
as $$
begin
  new.changed_xid := pg_current_xact_id();
  return new;
end
$$;
comment on function content.stamp_email_message() is 'Keeps changed_xid; whoever updates a message need not think of the fact feed.';
create trigger email_messages_stamp before update on content.email_messages for each row execute function content.stamp_email_message();

create table content.email_content (
  tenant_id uuid not null,
  id uuid not null,
  email_message_id uuid,
  object_id uuid not null,
  path text not null default '1',
  snippet text not null default '',
  constraint email_content_pk primary key (tenant_id, id),
  constraint email_content_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint email_content_object_id_fk foreign key (tenant_id, object_id) references content.objects (tenant_id, id) on delete cascade,
  constraint email_content_email_message_id_fk foreign key (tenant_id, email_message_id) references content.email_messages (tenant_id, id) on delete cascade,
  constraint email_content_object_id_key unique (tenant_id, object_id),
  constraint email_content_path_check check (path ~ '^[0-9]+(\.[0-9]+)*$'),
  constraint email_content_snippet_check check (length(snippet) <= 200)
);
comment on table content.email_content is 'Bodies: one row per text part. Type, charset, size and bytes are those of its object.';
comment on column content.email_content.tenant_id is 'Whose row it is.';
comment on column content.email_content.id is 'uuid v7.';
comment on column content.email_content.object_id is 'Where its bytes are.';
comment on column content.email_content.email_message_id is 'The message it is a part of; null for the body of a campaign step, which many messages share.';
comment on column content.email_content.path is 'Position in the MIME tree, as in IMAP.';
comment on column content.email_content.snippet is 'The first 200 characters as readable text. Denormalised: a list cannot decode a body per line.';
create index email_content_email_message_id_idx on content.email_content (tenant_id, email_message_id);

-- Checked at commit: a message and its first body name each other.
alter table content.email_messages add constraint email_messages_content_id_fk
  foreign key (tenant_id, content_id) references content.email_content (tenant_id, id) on delete set null (content_id) deferrable initially deferred;

create table content.content_objects (
  tenant_id uuid not null,
  id uuid not null,
  email_message_id uuid not null,
  object_id uuid not null,
  role text not null,
  path text,
  disposition text,
  cid text,
  constraint content_objects_pk primary key (tenant_id, id),
  constraint content_objects_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint content_objects_object_id_fk foreign key (tenant_id, object_id) references content.objects (tenant_id, id) on delete cascade,
  constraint content_objects_email_message_id_fk foreign key (tenant_id, email_message_id) references content.email_messages (tenant_id, id) on delete cascade,
  constraint content_objects_object_id_key unique (tenant_id, object_id),
  constraint content_objects_role_check check (role in ('attachment', 'raw')),
  constraint content_objects_path_check check ((role = 'attachment') = (path is not null)),
  constraint content_objects_disposition_check check (disposition is null or role = 'attachment')
);
comment on table content.content_objects is 'Attachments and the raw form of messages. Name, type, size and bytes are those of its object.';
comment on column content.content_objects.tenant_id is 'Whose row it is.';
comment on column content.content_objects.id is 'uuid v7.';
comment on column content.content_objects.email_message_id is 'The message it is a part, or the raw form, of.';
comment on column content.content_objects.object_id is 'Where its bytes are.';
comment on column content.content_objects.role is 'attachment or raw.';
comment on column content.content_objects.path is 'Position in the MIME tree, as in IMAP; null for the raw form.';
comment on column content.content_objects.disposition is 'inline or attachment, as the sender said it.';
comment on column content.content_objects.cid is 'Content-ID, by which an HTML body shows it.';
create index content_objects_email_message_id_idx on content.content_objects (tenant_id, email_message_id);
create unique index content_objects_raw_key on content.content_objects (tenant_id, email_message_id) where role = 'raw';

create table content.email_imports (
  tenant_id uuid not null,
  id uuid not null,
  email_account_id uuid not null,
  source text not null,
  fingerprint bytea not null,
  fingerprint_length integer not null,
  state text not null default 'running',
  offset_bytes bigint not null default 0,
  last_file text,
  read_count integer not null default 0,
  imported_count integer not null default 0,
  duplicate_count integer not null default 0,
  quarantined_count integer not null default 0,
  started timestamptz not null default now(),
  updated timestamptz not null default now(),
  completed timestamptz,
  constraint email_imports_pk primary key (tenant_id, id),
  constraint email_imports_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint email_imports_fingerprint_check check (octet_length(fingerprint) = 32),
  constraint email_imports_fingerprint_length_check check (fingerprint_length >= 0),
  constraint email_imports_state_check check (state in ('running', 'completed', 'failed')),
  constraint email_imports_offset_bytes_check check (offset_bytes >= 0),
  constraint email_imports_read_count_check check (read_count = imported_count + duplicate_count + quarantined_count),
  constraint email_imports_completed_check check ((state = 'completed') = (completed is not null))
);
comment on table content.email_imports is 'Runs of the importer. The row moves on in the transaction that stores a batch, so a resumed run starts exactly behind what is kept.';
comment on column content.email_imports.tenant_id is 'Whose row it is.';
comment on column content.email_imports.id is 'uuid v7.';
comment on column content.email_imports.email_account_id is 'The mailbox; a row of oltp.email_accounts, in another database.';
comment on column content.email_imports.state is 'failed: the source could not be read to its end; what was read is kept.';
comment on column content.email_imports.read_count is 'Messages found.';
comment on column content.email_imports.imported_count is 'Messages that were new.';
comment on column content.email_imports.duplicate_count is 'Messages that were there already.';
comment on column content.email_imports.quarantined_count is 'Messages that could not be imported.';
comment on column content.email_imports.started is 'When the run began.';
comment on column content.email_imports.updated is 'When its last batch was stored.';
comment on column content.email_imports.completed is 'When the end of the source was reached.';
comment on column content.email_imports.source is 'Absolute path, or - for standard input.';
comment on column content.email_imports.fingerprint is 'SHA-256 of the beginning of the file (of the first names, for a folder): resuming refuses another one under the same name.';
comment on column content.email_imports.fingerprint_length is 'How many bytes (names) the fingerprint covers; the file may have grown since.';
comment on column content.email_imports.offset_bytes is 'Bytes of the (decompressed) mailbox that are dealt with.';
comment on column content.email_imports.last_file is 'The last file of a folder that is dealt with; null for one mailbox file.';
create index email_imports_source_idx on content.email_imports (tenant_id, source, started desc);

create table content.email_quarantines (
  tenant_id uuid not null,
  id uuid not null,
  import_id uuid not null,
  reason text not null,
  detail text not null,
  file text,
  start_byte bigint not null,
  end_byte bigint not null,
  sha256 bytea not null,
  created timestamptz not null default now(),
  constraint email_quarantines_pk primary key (tenant_id, id),
  constraint email_quarantines_tenant_id_fk foreign key (tenant_id) references tenancy.tenants (id) on delete cascade,
  constraint email_quarantines_import_id_fk foreign key (tenant_id, import_id) references content.email_imports (tenant_id, id) on delete cascade,
  constraint email_quarantines_sha256_key unique (tenant_id, sha256),
  constraint email_quarantines_reason_check check (reason in ('empty', 'no_header', 'too_large', 'unparsable', 'refused')),
  constraint email_quarantines_end_byte_check check (start_byte >= 0 and end_byte >= start_byte),
  constraint email_quarantines_sha256_check check (octet_length(sha256) = 32)
);
comment on table content.email_quarantines is 'Messages that could not be imported: why, and where in the source they lie. The source itself is not changed.';
comment on column content.email_quarantines.tenant_id is 'Whose row it is.';
comment on column content.email_quarantines.id is 'uuid v7.';
comment on column content.email_quarantines.import_id is 'The run that met it first.';
comment on column content.email_quarantines.reason is 'Why it was not imported.';
comment on column content.email_quarantines.start_byte is 'Where it begins.';
comment on column content.email_quarantines.created is 'When the row was made.';
comment on column content.email_quarantines.detail is 'What was wrong with it, and what can be done.';
comment on column content.email_quarantines.file is 'Path within an imported folder; null for one mailbox file.';
comment on column content.email_quarantines.end_byte is 'Behind the last byte; both count in the decompressed source.';
comment on column content.email_quarantines.sha256 is 'Of the message, so that a second import adds nothing.';
create index email_quarantines_import_id_idx on content.email_quarantines (tenant_id, import_id);

select tenancy.protect('content.email_threads');
select tenancy.protect('content.email_references');
select tenancy.protect('content.email_messages');
select tenancy.protect('content.email_content');
select tenancy.protect('content.content_objects');
select tenancy.protect('content.email_imports');
select tenancy.protect('content.email_quarantines');
