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
comment on column tenancy.seal_keys.id is 'One byte, part of each seal.';
comment on column tenancy.seal_keys.inner_block is 'Key xor ipad: the first block of HMAC''s inner hash, so that a seal costs two calls of sha256().';
comment on column tenancy.seal_keys.outer_block is 'Key xor opad: the first block of HMAC''s outer hash.';
comment on column tenancy.seal_keys.created is 'When the key was made.';

-- A ticket is 83 bytes of fixed places, written in hexadecimal; model/seal.ts makes it:
--   1 HMAC-SHA-256 (32) · 33 tenant (16) · 49 user, nil for none (16) · 65 rank (1) · 66 expiry, epoch seconds (8) · 74 nonce (9) · 83 key (1)
-- Its HMAC is over the bytes from 33 on and the process id of the backend, which both sides know: elsewhere it does not fit.
-- tenancy.enter() makes the seal of it: the same places, but the first 32 bytes are sha256(inner || facts || start of the
-- transaction || outer). A seal that was seen is therefore of no use in any other transaction, and a ticket is no seal. The
-- start is the same in parallel workers, whose process ids are not. It is checked in each statement, so it takes one hash where
-- HMAC takes two: between two blocks of the key, a text of fixed length can be neither extended nor cut.
-- Ranks: 1 viewer, 2 member, 3 admin, 4 owner, 5 service; 0 stands in a ticket whose role is still to be looked up.

create function tenancy.current_tenant_id(minimum text default 'viewer') returns uuid
language plpgsql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  seal bytea := decode(current_setting('app.seal', true), 'hex');
  inner_block bytea;
  outer_block bytea;
begin
  if length(seal) is distinct from 83 then
    return null;
  end if;
  select k.inner_block, k.outer_block into inner_block, outer_block from tenancy.seal_keys k where k.id = get_byte(seal, 82);
  -- The facts are read only once they are known to be ours; an unknown key makes the comparison null.
  if sha256(inner_block || substr(seal, 33) || timestamptz_send(now()) || outer_block) = substr(seal, 1, 32)
    and get_byte(seal, 64) >= (case minimum when 'viewer' then 1 when 'member' then 2 when 'admin' then 3 when 'owner' then 4 else 5 end)
  then
    return encode(substr(seal, 33, 16), 'hex')::uuid;
  end if;
  return null;
end
$$;
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

create function tenancy.member_rank(tenant_id uuid, user_id uuid) returns int
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$ select null::int $$;
comment on function tenancy.member_rank(uuid, uuid) is 'Rank of a live member, else null. Memberships are in oltp: elsewhere nobody is a member.';

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

-- One statement on purpose: plpgsql would prepare each of its expressions anew in every transaction.
create function tenancy.enter(ticket text) returns text
language sql volatile security definer parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
  select case
    when t.bytes is null then tenancy.refuse('PT001')
    -- Membership before state: who is no member learns nothing of the tenant, not even whether there is one.
    when t.rank is null then tenancy.refuse('PT004')
    when t.state = 'suspended' then tenancy.refuse('PT003')
    when t.state is distinct from 'active' then tenancy.refuse('PT002')
    else set_config('app.current_tenant_id', t.tenant::text, true)
      || set_config('app.current_user_id', coalesce(nullif(t.member, '00000000-0000-0000-0000-000000000000')::text, ''), true)
      || left(set_config('app.seal', encode(sha256(t.inner_block || t.facts || timestamptz_send(now()) || t.outer_block) || t.facts, 'hex'), true), 0)
    end
  from (select) one
  left join (
    select v.*, set_byte(substr(v.bytes, 33), 32, coalesce(v.rank, 0)) as facts,
      (select n.state from tenancy.tenants n where n.id = v.tenant) as state
    from (
      select f.*, case get_byte(f.bytes, 64) when 0 then tenancy.member_rank(f.tenant, f.member) else get_byte(f.bytes, 64) end as rank
      from (
        select g.bytes, k.inner_block, k.outer_block, encode(substr(g.bytes, 33, 16), 'hex')::uuid as tenant, encode(substr(g.bytes, 49, 16), 'hex')::uuid as member
        from (select decode(ticket, 'hex') as bytes offset 0) g
        join tenancy.seal_keys k on k.id = case when length(g.bytes) = 83 then get_byte(g.bytes, 82) end
        where sha256(k.outer_block || sha256(k.inner_block || substr(g.bytes, 33) || int4send(pg_backend_pid()))) = substr(g.bytes, 1, 32)
          and substr(g.bytes, 66, 8) >= int8send(date_part('epoch', now())::bigint)
        offset 0
      ) f
      offset 0
    ) v
    offset 0
  ) t on true
$$;
comment on function tenancy.enter(text) is
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

revoke execute on all functions in schema tenancy from public;
grant execute on function tenancy.current_tenant_id(text), tenancy.current_user_id(), tenancy.current_member_role(), tenancy.enter(text)
  to plinth_app;

-- The registry itself: a transaction sees the row of its own tenant.
alter table tenancy.tenants enable row level security, force row level security;
create policy tenants_select on tenancy.tenants for select to plinth_app using ((id = (select tenancy.current_tenant_id())));
grant select on tenancy.tenants to plinth_app;
