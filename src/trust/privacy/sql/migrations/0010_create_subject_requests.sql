--! tiers: oltp
-- How a person is found in the tables of a product, and what was asked and done for whom. No value of a person stands here in clear.

create table privacy.subject_links (
  tier text not null,
  schema_name text not null,
  table_name text not null,
  matches jsonb not null,
  yields jsonb not null default '{}',
  method text not null,
  anonymised text[] not null default '{}',
  reason text,
  created timestamptz not null default now(),
  constraint subject_links_tier_schema_name_table_name_pk primary key (tier, schema_name, table_name),
  constraint subject_links_tier_check check (tier in ('oltp', 'content', 'queue', 'olap')),
  constraint subject_links_matches_check check (jsonb_typeof(matches) = 'object' and matches <> '{}'),
  constraint subject_links_yields_check check (jsonb_typeof(yields) = 'object'),
  constraint subject_links_method_check check (method in ('delete', 'anonymise', 'keep')),
  constraint subject_links_anonymised_check check ((method = 'anonymise') = (anonymised <> '{}')),
  constraint subject_links_reason_check check (method <> 'keep' or reason <> '')
);
comment on table privacy.subject_links is 'Which rows of a table are about a person, and what becomes of them when the person asks to be forgotten.';
comment on column privacy.subject_links.tier is 'Database in which the table is.';
comment on column privacy.subject_links.schema_name is 'Schema of the table.';
comment on column privacy.subject_links.table_name is 'Name of the table.';
comment on column privacy.subject_links.matches is 'Column → kind of identifier: rows that hold one of the person''s there are the person''s.';
comment on column privacy.subject_links.yields is 'Column → kind of identifier: what those rows hold there identifies the person elsewhere.';
comment on column privacy.subject_links.method is 'delete the rows, anonymise some columns of them, or keep them.';
comment on column privacy.subject_links.anonymised is 'The columns that are anonymised; empty for the other methods.';
comment on column privacy.subject_links.reason is 'Why rows are kept, e.g. the law that demands it.';
comment on column privacy.subject_links.created is 'When it was declared last.';

create function privacy.link_subject(tier text, target text, matches jsonb, method text, yields jsonb default '{}',
  anonymised text[] default '{}', reason text default null) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
begin atomic
  insert into privacy.subject_links as l (tier, schema_name, table_name, matches, yields, method, anonymised, reason)
  values (tier, (parse_ident(target))[1], (parse_ident(target))[2], matches, yields, method, anonymised, reason)
  on conflict on constraint subject_links_tier_schema_name_table_name_pk do update
  set matches = excluded.matches, yields = excluded.yields, method = excluded.method, anonymised = excluded.anonymised,
      reason = excluded.reason, created = now();
end;
comment on function privacy.link_subject(text, text, jsonb, text, jsonb, text[], text) is
  'Declares how a person is found in `target` (schema.table of that tier), and what erasing does there. For migrations of oltp; can be repeated.';

create table privacy.requests (
  tenant_id uuid not null default '00000000-0000-0000-0000-000000000000',
  id uuid not null,
  kind text not null,
  identifier_kind text not null,
  identifier_hash bytea not null,
  purpose text not null,
  state text not null default 'running',
  sealed_identifier bytea,
  sealed_person bytea,
  held_by text,
  certificate json,
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  completed timestamptz,
  constraint requests_tenant_id_id_pk primary key (tenant_id, id),
  constraint requests_kind_check check (kind in ('export', 'erase')),
  constraint requests_state_check check (state in ('running', 'held', 'completed')),
  constraint requests_completed_check check ((state = 'completed') = (completed is not null)),
  constraint requests_sealed_check check (state <> 'completed' or (sealed_identifier is null and sealed_person is null)),
  constraint requests_held_by_check check ((state = 'held') = (held_by is not null)),
  constraint requests_purpose_check check (purpose <> '')
);
comment on table privacy.requests is 'What people asked for: an export of their data, or to be forgotten. Kept as evidence, without their data.';
comment on column privacy.requests.tenant_id is 'The tenant it is limited to; nil: all tenants and what belongs to none.';
comment on column privacy.requests.id is 'uuid v7.';
comment on column privacy.requests.kind is 'export or erase.';
comment on column privacy.requests.identifier_kind is 'What the person was named by, e.g. email.';
comment on column privacy.requests.identifier_hash is 'Blind index of that name: who has the name and the key can tell that it was this person, nobody else.';
comment on column privacy.requests.purpose is 'On what ground, e.g. the number of the letter.';
comment on column privacy.requests.state is 'running: begun, perhaps interrupted; held: a legal hold is in the way; completed.';
comment on column privacy.requests.sealed_identifier is 'That name, encrypted, while the request runs.';
comment on column privacy.requests.sealed_person is 'Everything the person is found by, encrypted, while the request runs; an erasure that goes on needs it after the rows are gone.';
comment on column privacy.requests.held_by is 'The hold that is in the way, in words.';
comment on column privacy.requests.certificate is 'What was done, signed; null until completed. As json, which keeps the order that was signed.';
comment on column privacy.requests.created is 'When it was asked for.';
comment on column privacy.requests.updated is 'When it last went on.';
comment on column privacy.requests.completed is 'When all of it was done and looked at again.';
create unique index requests_identifier_hash_key on privacy.requests (tenant_id, identifier_kind, identifier_hash)
  where kind = 'erase' and state <> 'completed';
comment on index privacy.requests_identifier_hash_key is 'An erasure that was interrupted goes on; it is not begun a second time.';

create table privacy.request_steps (
  tenant_id uuid not null,
  request_id uuid not null,
  store text not null,
  place text not null,
  method text not null,
  found_count bigint not null,
  reason text,
  tables jsonb not null default '{}',
  verified timestamptz,
  constraint request_steps_tenant_id_request_id_store_place_pk primary key (tenant_id, request_id, store, place),
  constraint request_steps_tenant_id_request_id_fk foreign key (tenant_id, request_id) references privacy.requests (tenant_id, id)
    on delete cascade,
  constraint request_steps_method_check check (method in ('delete', 'anonymise', 'keep')),
  constraint request_steps_found_count_check check (found_count >= 0)
);
comment on table privacy.request_steps is 'What a request found in one place, and how far it is there.';
comment on column privacy.request_steps.tenant_id is 'Of the request.';
comment on column privacy.request_steps.request_id is 'The request.';
comment on column privacy.request_steps.store is 'The capability whose data it is.';
comment on column privacy.request_steps.place is 'The table or kind of thing within it.';
comment on column privacy.request_steps.method is 'What is done there.';
comment on column privacy.request_steps.found_count is 'How many were found before anything was done.';
comment on column privacy.request_steps.reason is 'Why it is kept, or how it was found without being declared.';
comment on column privacy.request_steps.tables is '`oltp:shop.orders` → what became of the bytes on disk: null for still to do, rewritten, vacuumed or dropped.';
comment on column privacy.request_steps.verified is 'When a second look found nothing any more; of a kept place when it was noted.';

select crypto.declare_column('privacy.requests', 'sealed_identifier', '{"purpose": "subject", "index": "identifier_hash", "kind": "exact"}');
select crypto.declare_column('privacy.requests', 'sealed_person', '{"purpose": "subject"}');

-- For the platform alone: who asked to be forgotten is not for the application to read.
select tenancy.protect('privacy.requests', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');
select tenancy.protect('privacy.request_steps', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');
