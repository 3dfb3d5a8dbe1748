--! tiers: oltp, content, queue, olap
-- The trail stands where the rows stand that it tells of: an event is written in the transaction of the change. An event is a statement
-- on a table (per tenant and per 1,000 rows), not a row of it: that is what makes it cheap, and rows are found by the hashes of their keys.

create schema audit;
comment on schema audit is 'Who did what, to which data, sealed in blocks that nobody changes unseen. For the owner only.';

create table audit.eras (
  id smallint not null constraint eras_id_pk primary key,
  system_identifier bigint not null,
  began timestamptz not null default clock_timestamp()
);
comment on table audit.eras is
  'A transaction id means something in one cluster only. After a restore from a dump they count from the start again: that is a new era.';
comment on column audit.eras.id is 'Counts from 1; the latest is the default of audit.events.era.';
comment on column audit.eras.system_identifier is 'Of the cluster, as in pg_control_system().';
comment on column audit.eras.began is 'When Plinth first met it.';

create table audit.events (
  created timestamptz not null default clock_timestamp(),
  id bigint generated always as identity,
  era smallint not null default 1,
  xid xid8 not null default pg_current_xact_id(),
  tenant_id uuid not null default '00000000-0000-0000-0000-000000000000',
  kind text not null,
  action text not null,
  is_success boolean not null default true,
  target_type text,
  target_id text,
  row_count bigint,
  keys text[],
  key_hashes bigint[],
  changes json,
  user_id uuid,
  member_role text,
  database_user text not null default session_user,
  application_name text not null default current_setting('application_name'),
  client_address inet default inet_client_addr(),
  origin jsonb,
  purpose text,
  started timestamptz default statement_timestamp(),
  duration_ms real generated always as ((extract(epoch from created - started) * 1000)::real) virtual,
  complexity_score smallint,
  classification text,
  compliance_flags text[],
  details jsonb,
  constraint events_tenant_id_created_id_pk primary key (tenant_id, created, id)
) partition by range (created);
-- Every change of a tracked table pays for what stands here: no check (each is read and planned anew per statement), no uuid (random numbers
-- cost more than the row), nothing computed that can be computed when it is read.
comment on table audit.events is 'The trail. Written once, by triggers and by Plinth; never updated or deleted, and gone only by whole months.';
comment on column audit.events.created is 'When it happened, by the clock of the server; what the table is cut by.';
comment on column audit.events.id is 'From a sequence: of two changes of the same row the later one has the greater id, whatever the clock does.';
comment on column audit.events.era is 'The cluster in which `xid` counts; see audit.eras.';
comment on column audit.events.xid is 'Transaction. What is below the oldest running one can no longer grow and is sealed.';
comment on column audit.events.tenant_id is 'Of the rows where they have one, else of the context; nil for what concerns the platform.';
comment on column audit.events.kind is 'change (of rows), operation (something was done), access (something was read).';
comment on column audit.events.action is 'insert, update, delete, truncate; of others `<capability>.<what>`.';
comment on column audit.events.is_success is 'False for what was refused or failed.';
comment on column audit.events.target_type is 'What was acted on: table, role, tenant, …';
comment on column audit.events.target_id is 'Its name or id; of a table `schema.name`.';
comment on column audit.events.row_count is 'Rows changed or read.';
comment on column audit.events.keys is
  'Keys of the rows, without tenant_id: the text of a single column, of several a JSON array. The order is that of the values in `changes`.';
comment on column audit.events.key_hashes is 'Of keys, to find rows by; where an update changed keys, also of those before. See audit.key_hash().';
comment on column audit.events.changes is
  'By column {"old": […], "new": […]}, a value per row. An insert has new values, delete and truncate old ones, an update both, of the columns '
  'that changed in any of the rows. Columns of the key stand there only when they changed. Values of columns that nobody calls public or internal are '
  'keyed hashes (hmac:…).';
comment on column audit.events.user_id is 'Who, proven by the seal of tenancy; null for work without a user and outside of Plinth.';
comment on column audit.events.member_role is 'In which role, proven by the seal; null without a context.';
comment on column audit.events.database_user is 'Login of the session.';
comment on column audit.events.application_name is 'What the session called itself: `plinth:<capability>.<what>` for work through Plinth.';
comment on column audit.events.client_address is 'Where the connection to the server came from; null for a local socket. That of the person is in `origin`.';
comment on column audit.events.origin is 'RequestOrigin as the application told it: requestId, sessionId, clientAddress, userAgent, purpose. Proven by nobody.';
comment on column audit.events.purpose is 'Why, in the words of whoever did it.';
comment on column audit.events.started is 'When its statement began; of what is no change when it began, null where nobody knows.';
comment on column audit.events.duration_ms is 'How long it took: of a change until it was written here.';
comment on column audit.events.complexity_score is '0–100, of statements that were parsed.';
comment on column audit.events.classification is 'Highest level of the columns touched: public, internal, confidential, restricted.';
comment on column audit.events.compliance_flags is 'Rules that apply to it: GDPR, SOX, HIPAA.';
comment on column audit.events.details is
  'What else there is to say; never a secret, never a person''s data.';

create index events_created_idx on audit.events (created);
create index events_xid_idx on audit.events (xid);
-- Longer lists of what is still to be sorted in: the one who seals does that, not the one who makes it too long.
create index events_key_hashes_idx on audit.events using gin (key_hashes) with (gin_pending_list_limit = 16384);

create table audit.blocks (
  stream date not null,
  number integer not null,
  era smallint not null,
  from_xid xid8 not null,
  to_xid xid8 not null,
  event_count integer not null,
  leaves bytea,
  root bytea not null,
  previous bytea not null,
  hash bytea not null,
  sealed timestamptz not null default clock_timestamp(),
  constraint blocks_stream_number_pk primary key (stream, number),
  constraint blocks_number_check check (number > 0),
  constraint blocks_to_xid_check check (to_xid > from_xid)
);
comment on table audit.blocks is 'Sealed sets of events, chained per month. Heads stand in anchors outside the database.';
comment on column audit.blocks.stream is 'First day of the month (UTC) whose events it seals.';
comment on column audit.blocks.number is 'Place in the chain of its month, from 1.';
comment on column audit.blocks.era is 'Era of its events.';
comment on column audit.blocks.from_xid is 'It seals the events of its month and era with a transaction from here …';
comment on column audit.blocks.to_xid is '… up to here, which is left out. All of them had ended when it was sealed.';
comment on column audit.blocks.event_count is 'How many.';
comment on column audit.blocks.leaves is
  '24 bytes per event in order of their ids: id and the first half of its hash. They tell which event differs.';
comment on column audit.blocks.root is 'SHA-256 of the leaves.';
comment on column audit.blocks.previous is 'Hash of the block before; empty for the first of a month.';
comment on column audit.blocks.hash is 'SHA-256 of all of the above; see audit.block_hash().';
comment on column audit.blocks.sealed is 'When.';
-- They do not compress.
alter table audit.blocks alter leaves set storage external;

create table audit.tracked_tables (
  table_name text not null constraint tracked_tables_table_name_pk primary key,
  only_columns text[],
  classified jsonb not null default '{}',
  shape text not null default '',
  numbers jsonb not null default '{}',
  created timestamptz not null default now(),
  updated timestamptz not null default now()
);
comment on table audit.tracked_tables is 'Tables whose changes are written to the trail, and what their triggers were made from.';
comment on column audit.tracked_tables.table_name is 'Qualified and quoted as regclass prints it.';
comment on column audit.tracked_tables.only_columns is 'Columns whose values are kept; null for all.';
comment on column audit.tracked_tables.classified is
  'By column {"level": …, "flags": […]}, "*" for all others: public and internal values are kept in clear, all else as keyed hashes; flags are the rules that apply to it.';
comment on column audit.tracked_tables.shape is 'What the triggers were made from; where the table differs from it, they are made again.';
comment on column audit.tracked_tables.numbers is 'Number of each column then, by name: by it one is known again that has another name now.';
comment on column audit.tracked_tables.created is 'Since when.';
comment on column audit.tracked_tables.updated is 'When the triggers were last made.';

create table audit.hash_keys (
  tenant_id uuid not null constraint hash_keys_tenant_id_pk primary key,
  inner_block bytea not null,
  outer_block bytea not null,
  created timestamptz not null default now(),
  constraint hash_keys_blocks_check check (length(inner_block) = 64 and length(outer_block) = 64)
);
comment on table audit.hash_keys is
  'Keys of the hashes that stand for values in the trail, one per tenant. Without them they mean nothing: who is erased leaves hashes that nobody can test.';
comment on column audit.hash_keys.tenant_id is 'Whose values; the nil uuid for those of the platform and of tables without tenants.';
comment on column audit.hash_keys.inner_block is 'Key xor ipad: the first block of HMAC''s inner hash.';
comment on column audit.hash_keys.outer_block is 'Key xor opad: the first block of HMAC''s outer hash.';
comment on column audit.hash_keys.created is 'When it was made.';

create function audit.refuse() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% of %.% is refused: the trail is only ever added to', lower(tg_op), tg_table_schema, tg_table_name using errcode = 'PA001',
    hint = 'A whole expired month can leave: plinth partition retain.';
end
$$;
comment on function audit.refuse() is 'Nobody changes or removes what is in the trail, its owner neither.';

create trigger refuse_change before update or delete on audit.events for each row execute function audit.refuse();
create trigger refuse_truncate before truncate on audit.events for each statement execute function audit.refuse();
create trigger refuse_change before update or delete on audit.blocks for each row execute function audit.refuse();
create trigger refuse_truncate before truncate on audit.blocks for each statement execute function audit.refuse();
create trigger refuse_change before update or delete on audit.eras for each row execute function audit.refuse();
-- Also in a session that calls itself a replica.
alter table audit.events enable always trigger refuse_change, enable always trigger refuse_truncate;
alter table audit.blocks enable always trigger refuse_change, enable always trigger refuse_truncate;
alter table audit.eras enable always trigger refuse_change;

-- pglz costs more than the whole of an insert; where the server has lz4, the trail is half as large for little.
-- plinth:allow L67 how two columns are compressed, as the server can
do $$
begin
  if 'lz4' = any ((select s.enumvals from pg_settings s where s.name = 'default_toast_compression')::text[]) then
    alter table audit.events alter changes set compression lz4, alter keys set compression lz4;
  else
    alter table audit.events alter changes set storage external, alter keys set storage external;
  end if;
end
$$;

-- Nothing that was changed may fail because the trail has no place for it: beyond the months there are open ends. Kept as long as the
-- strictest of the regulations it serves asks for (SOX: seven years); then months leave whole, and their blocks stay.
select partition.manage('audit.events', '{"by": "time", "key": "created", "every": "month", "guard": "overflow", "keep": "7 years"}');
select tenancy.protect('audit.events', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');
select tenancy.protect('audit.hash_keys', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');

insert into audit.eras (id, system_identifier) select 1, c.system_identifier from pg_control_system() c;

create function audit.make_hash_key(tenant uuid) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  -- HMAC wants the key xor two constants; PostgreSQL has no operator for that on bytea.
  insert into audit.hash_keys (tenant_id, inner_block, outer_block)
  select tenant, string_agg(set_byte('\x00', 0, get_byte(k.bytes, i) # 54), '' order by i), string_agg(set_byte('\x00', 0, get_byte(k.bytes, i) # 92), '' order by i)
  from (
    select string_agg(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), '') as bytes from generate_series(1, 2)
  ) k, generate_series(0, 63) i
  on conflict (tenant_id) do nothing
$$;
comment on function audit.make_hash_key(uuid) is 'Makes the key of the hashes of a tenant; one that is there stays.';
revoke execute on function audit.make_hash_key(uuid) from public;

create function audit.greet_tenant() returns trigger
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.make_hash_key(new.id);
  return null;
end
$$;
comment on function audit.greet_tenant() is 'A new tenant gets a key of its own for the hashes in the trail.';

select audit.make_hash_key(t.id) from tenancy.tenants t;
create trigger make_hash_key after insert on tenancy.tenants for each row execute function audit.greet_tenant();
