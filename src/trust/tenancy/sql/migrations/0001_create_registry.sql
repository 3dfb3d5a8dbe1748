--! tiers: oltp, content, queue, olap
-- The registry of tenants (truth in oltp, replica elsewhere), the seal and the policies. The same in every tier, so
-- that `tenant_id` has a real foreign key and the context is verified wherever rows of tenants are.

create schema tenancy;
comment on schema tenancy is 'Tenants, the sealed context of a transaction and the policies that follow from it.';
grant usage on schema tenancy to plinth_app;

create table tenancy.tenants (
  id uuid not null constraint tenants_id_pk primary key,
  slug text not null constraint tenants_slug_key unique,
  name text not null,
  state text not null default 'provisioning',
  created timestamptz not null default now(),
  updated timestamptz not null default now(),
  constraint tenants_slug_check check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  constraint tenants_state_check check (state in ('provisioning', 'active', 'suspended', 'erasing', 'erased'))
);
comment on table tenancy.tenants is 'Customer organisations whose rows are kept apart. The truth is in oltp; other tiers hold a replica.';
comment on column tenancy.tenants.id is 'uuid v7; the nil uuid is the reserved tenant `system`.';
comment on column tenancy.tenants.slug is 'Name in URLs and commands; lower case letters, digits and inner hyphens.';
comment on column tenancy.tenants.name is 'Name for people.';
comment on column tenancy.tenants.state is '`provisioning` until every tier has the tenant; only `active` can be entered.';
comment on column tenancy.tenants.created is 'When the tenant was asked for.';
comment on column tenancy.tenants.updated is 'When the row last changed.';

insert into tenancy.tenants (id, slug, name, state)
values ('00000000-0000-0000-0000-000000000000', 'system', 'System', 'active');

create table tenancy.seal_keys (
  id smallint not null constraint seal_keys_id_pk primary key,
  inner_block bytea not null,
  outer_block bytea not null,
  created timestamptz not null default now(),
  constraint seal_keys_id_check check (id between 0 and 255),
  constraint seal_keys_blocks_check check (length(inner_block) = 64 and length(outer_block) = 64)
);
comment on table tenancy.seal_keys is 'Live keys of the seal, for the owner only: the newest signs, the one before it is still accepted.';
comment on column tenancy.seal_keys.id is 'Counts the keys, from 0 again after 255.';
comment on column tenancy.seal_keys.inner_block is 'Key xor ipad: the first block of HMAC''s inner hash, so that a seal costs two calls of sha256().';
comment on column tenancy.seal_keys.outer_block is 'Key xor opad: the first block of HMAC''s outer hash.';
comment on column tenancy.seal_keys.created is 'When the key was made.';

-- A ticket is 83 bytes of fixed places, written in hexadecimal; model/seal.ts makes it:
--   1 HMAC-SHA-256 (32) · 33 tenant (16) · 49 user, nil for none (16) · 65 rank (1) · 66 expiry, epoch seconds (8) · 74 nonce (10)
-- Its HMAC is over the bytes from 33 on and the process id of the backend, which both sides know: elsewhere it does not fit.
-- tenancy.enter() makes the seal of it: the same places, but the first 32 bytes are sha256(inner || facts || start of the
-- transaction || outer). A seal that was seen is therefore of no use in any other transaction, and a ticket is no seal. The
-- start is the same in parallel workers, whose process ids are not. It is checked in each statement, so it takes one hash where
-- HMAC takes two: between two blocks of the key, a text can be neither extended nor cut.
-- Ranks: 1 viewer, 2 member, 3 admin, 4 owner, 5 service; 0 stands in a ticket whose role is still to be looked up.
--
-- What costs is not the hashes but setting up plans, which PostgreSQL does for each call by another statement. So the functions
-- on the way of every transaction are one SQL statement of few operators, with a body that is parsed when they are created
-- (its names are bound then: there is no search_path to pin), and try both live keys rather than look for the right one.
-- `offset 0` keeps the planner from writing an expression into each place that uses it, and facts from being read unproven.

create function tenancy.current_tenant_id(minimum text default 'viewer') returns uuid
language sql stable security definer parallel safe
begin atomic
  -- The facts are read only of a seal that fits.
  select case when get_byte(s.bytes, 64) >= array_position(array['viewer', 'member', 'admin', 'owner', 'service'], minimum)
    then encode(substr(s.bytes, 33, 16), 'hex')::uuid end
  from (select decode(current_setting('app.seal', true), 'hex') as bytes offset 0) s, tenancy.seal_keys k
  where sha256(k.inner_block || substr(s.bytes, 33) || timestamptz_send(current_timestamp) || k.outer_block) = substr(s.bytes, 1, 32);
end;
comment on function tenancy.current_tenant_id(text) is
  'The tenant of this transaction if its seal fits and its role is at least `minimum`, else null. `service` outranks every member.';

create function tenancy.sealed_facts() returns bytea
language sql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select decode(current_setting('app.seal', true), 'hex') where tenancy.current_tenant_id() is not null
$$;
comment on function tenancy.sealed_facts() is 'The bytes of a seal that fits, else null. For the functions of this schema.';

create function tenancy.current_user_id() returns uuid
language sql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select nullif(encode(substr(tenancy.sealed_facts(), 49, 16), 'hex')::uuid, '00000000-0000-0000-0000-000000000000')
$$;
comment on function tenancy.current_user_id() is 'The user of this transaction if its seal fits; null for none and for work without a user.';

create function tenancy.current_member_role() returns text
language sql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select (array['viewer', 'member', 'admin', 'owner', 'service'])[get_byte(tenancy.sealed_facts(), 64)]
$$;
comment on function tenancy.current_member_role() is 'Role of this transaction: viewer, member, admin, owner, or `service` without a user; null without a context.';

create function tenancy.member_rank(ticket bytea) returns int
language sql stable parallel safe
begin atomic
  select null::int;
end;
comment on function tenancy.member_rank(bytea) is
  'Rank of the live member that a ticket names, else null. Memberships are in oltp: elsewhere nobody is a member.';

create function tenancy.refuse(state text) returns text
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '%', case state when 'PT001' then 'the context was refused' when 'PT002' then 'no such tenant'
    when 'PT003' then 'the tenant is suspended' else 'not a member' end using errcode = state;
end
$$;
comment on function tenancy.refuse(text) is 'Raises a refusal; the platform knows its SQLSTATE.';

-- A procedure, because CALL is neither planned nor answered by a row.
create procedure tenancy.enter(ticket bytea)
language sql security definer
begin atomic
  select coalesce((
    select case
      -- Membership before state: who is no member learns nothing of the tenant, not even whether there is one.
      when t.facts is null then tenancy.refuse('PT004')
      when t.state = 'active' then concat(
        set_config('app.current_tenant_id', t.tenant::text, true),
        set_config('app.current_user_id', coalesce(nullif(t.member, '00000000-0000-0000-0000-000000000000')::text, ''), true),
        set_config('app.seal', encode(sha256(t.inner_block || t.facts || timestamptz_send(current_timestamp) || t.outer_block) || t.facts, 'hex'), true))
      else tenancy.refuse(case t.state when 'suspended' then 'PT003' else 'PT002' end)
      end
    from (
      select k.inner_block, k.outer_block,
        encode(substr(ticket, 33, 16), 'hex')::uuid as tenant, encode(substr(ticket, 49, 16), 'hex')::uuid as member,
        case get_byte(ticket, 64) when 0 then set_byte(substr(ticket, 33), 32, tenancy.member_rank(ticket)) else substr(ticket, 33) end as facts,
        (select n.state from tenancy.tenants n where n.id = encode(substr(ticket, 33, 16), 'hex')::uuid) as state
      from tenancy.seal_keys k
      where sha256(k.outer_block || sha256(k.inner_block || substr(ticket, 33) || int4send(pg_backend_pid()))) = substr(ticket, 1, 32)
        and substr(ticket, 66, 8) >= int8send(date_part('epoch', current_timestamp)::bigint)
      offset 0
    ) t
  ), tenancy.refuse('PT001'));
end;
comment on procedure tenancy.enter(bytea) is
  'Opens the context of a ticket for the rest of the transaction: checks ticket, tenant and, where the ticket leaves it open, membership.';

create table tenancy.protected_tables (
  schema_name text not null,
  table_name text not null,
  select_role text not null,
  insert_role text not null,
  update_role text not null,
  delete_role text not null,
  constraint protected_tables_schema_name_table_name_pk primary key (schema_name, table_name)
);
comment on table tenancy.protected_tables is 'What tenancy.protect() was asked for, per table; `plinth tenancy check` compares the catalog with it.';
comment on column tenancy.protected_tables.schema_name is 'Schema of the table.';
comment on column tenancy.protected_tables.table_name is 'Name of the table.';
comment on column tenancy.protected_tables.select_role is 'Least role that may read: viewer, member, admin, owner, service or none.';
comment on column tenancy.protected_tables.insert_role is 'Least role that may insert.';
comment on column tenancy.protected_tables.update_role is 'Least role that may update.';
comment on column tenancy.protected_tables.delete_role is 'Least role that may delete.';

create function tenancy.protect(target regclass, narrowing jsonb default '{}') returns void
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
declare
  defaults constant jsonb := '{"select": "viewer", "insert": "member", "update": "member", "delete": "admin"}';
  roles jsonb := defaults || narrowing;
  place record;
  verb text;
  clause text;
begin
  select n.nspname as schema_name, c.relname as table_name, c.relkind as kind into strict place
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target;
  if place.kind not in ('r', 'p') then
    raise exception '% is not a table', target;
  end if;
  if not exists (select from pg_attribute a where a.attrelid = target and a.attname = 'tenant_id' and a.atttypid = 'uuid'::regtype and a.attnotnull) then
    raise exception '% has no column tenant_id uuid not null', target using hint = 'Add it as the first column of the primary key.';
  end if;
  for verb in select jsonb_object_keys(roles) loop
    if not defaults ? verb or roles ->> verb not in ('viewer', 'member', 'admin', 'owner', 'service', 'none') then
      raise exception 'tenancy.protect(%): % for % is not understood', target, coalesce(roles ->> verb, 'null'), verb
        using hint = 'Verbs are select, insert, update, delete; roles viewer, member, admin, owner, service, none.';
    end if;
    execute format('drop policy if exists %I on %s', place.table_name || '_' || verb, target);
    if roles ->> verb = 'none' then
      execute format('revoke %s on %s from plinth_app', verb, target);
      continue;
    end if;
    -- The sub-select makes it one evaluation per statement, as a parameter of the plan: index use and pruning stay.
    clause := format('(tenant_id = (select tenancy.current_tenant_id(%L)))', roles ->> verb);
    execute format('create policy %I on %s for %s to plinth_app %s', place.table_name || '_' || verb, target, verb,
      case verb when 'insert' then 'with check ' || clause when 'update' then 'using ' || clause || ' with check ' || clause
        else 'using ' || clause end);
    execute format('grant %s on %s to plinth_app', verb, target);
  end loop;
  execute format('alter table %s enable row level security, force row level security', target);
  insert into tenancy.protected_tables as p (schema_name, table_name, select_role, insert_role, update_role, delete_role)
    values (place.schema_name, place.table_name, roles ->> 'select', roles ->> 'insert', roles ->> 'update', roles ->> 'delete')
    on conflict (schema_name, table_name) do update
    set select_role = excluded.select_role, insert_role = excluded.insert_role,
        update_role = excluded.update_role, delete_role = excluded.delete_role;
end
$$;
comment on function tenancy.protect(regclass, jsonb) is
  'Enables and forces row security on a table with tenant_id, writes one policy per verb, grants them to the application. '
  '`narrowing` gives the least role per verb, e.g. {"update": "none", "delete": "owner"}. Takes an access exclusive lock. Can be repeated.';

revoke execute on all routines in schema tenancy from public;
grant execute on routine tenancy.current_tenant_id(text), tenancy.current_user_id(), tenancy.current_member_role(), tenancy.enter(bytea)
  to plinth_app;

-- The registry itself: a transaction sees the row of its own tenant.
alter table tenancy.tenants enable row level security, force row level security;
create policy tenants_select on tenancy.tenants for select to plinth_app using ((id = (select tenancy.current_tenant_id())));
grant select on tenancy.tenants to plinth_app;
