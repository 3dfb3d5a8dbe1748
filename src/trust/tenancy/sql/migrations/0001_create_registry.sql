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
  id text not null constraint seal_keys_id_pk primary key,
  inner_block bytea not null,
  outer_block bytea not null,
  created timestamptz not null default now(),
  constraint seal_keys_id_check check (id ~ '^[0-9a-f]{4}$'),
  constraint seal_keys_blocks_check check (length(inner_block) = 64 and length(outer_block) = 64)
);
comment on table tenancy.seal_keys is
  'Live keys of the seal, for the owner only: the newest signs, the one before it is still accepted.';
comment on column tenancy.seal_keys.id is 'Four hexadecimal digits, part of each seal.';
comment on column tenancy.seal_keys.inner_block is 'Key xor ipad: the first block of HMAC''s inner hash, so that a seal costs two calls of sha256().';
comment on column tenancy.seal_keys.outer_block is 'Key xor opad: the first block of HMAC''s outer hash.';
comment on column tenancy.seal_keys.created is 'When the key was made.';

-- A seal is text of fixed width, so that reading a fact is one substr():
--   1 tenant (36) · 37 user, nil for none (36) · 73 rank of the role (1) · 74 expiry, epoch seconds (10)
--   84 backend pid (10) · 94 nonce (16) · 110 key (4) · 114 HMAC-SHA-256 over the 113 characters before it (64)
-- Ranks: 1 viewer, 2 member, 3 admin, 4 owner, 5 service; 0 stands in a ticket whose role is still to be looked up.

create function tenancy.current_tenant_id(minimum text default 'viewer') returns uuid
language plpgsql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
declare
  seal text := current_setting('app.seal', true);
  key tenancy.seal_keys;
begin
  if length(seal) is distinct from 177 then
    return null;
  end if;
  select * into key from tenancy.seal_keys k where k.id = substr(seal, 110, 4);
  -- An unknown key gives null, and so does the comparison. The facts are read only once they are known to be ours.
  if (encode(sha256(key.outer_block || sha256(key.inner_block || convert_to(left(seal, 113), 'UTF8'))), 'hex') = substr(seal, 114)) is not true
    or substr(seal, 84, 10)::int <> pg_backend_pid()
    or substr(seal, 74, 10)::bigint < extract(epoch from now())
    or substr(seal, 73, 1) < (case minimum when 'viewer' then '1' when 'member' then '2' when 'admin' then '3' when 'owner' then '4' else '5' end)
  then
    return null;
  end if;
  return left(seal, 36)::uuid;
end
$$;
comment on function tenancy.current_tenant_id(text) is
  'The tenant of this transaction if its seal fits and its role is at least `minimum`, else null. `service` outranks every member.';

create function tenancy.sealed_facts() returns text
language sql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
  select case when tenancy.current_tenant_id() is not null then left(current_setting('app.seal', true), 73) end
$$;
comment on function tenancy.sealed_facts() is 'Tenant, user and rank of a seal that fits, else null. For the functions of this schema.';

create function tenancy.current_user_id() returns uuid
language sql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
  select nullif(substr(tenancy.sealed_facts(), 37, 36)::uuid, '00000000-0000-0000-0000-000000000000')
$$;
comment on function tenancy.current_user_id() is 'The user of this transaction if its seal fits; null for none and for work without a user.';

create function tenancy.current_member_role() returns text
language sql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
  select (array['viewer', 'member', 'admin', 'owner', 'service'])[substr(tenancy.sealed_facts(), 73, 1)::int]
$$;
comment on function tenancy.current_member_role() is 'Role of this transaction: viewer, member, admin, owner, or `service` without a user; null without a context.';

create function tenancy.enter(ticket text) returns void
language plpgsql volatile security definer parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  facts text := left(ticket, 113);
  seal text := ticket;
  tenant uuid;
  member uuid;
  rank text;
  tenant_state text;
  key tenancy.seal_keys;
begin
  select * into key from tenancy.seal_keys k where k.id = substr(ticket, 110, 4);
  if length(ticket) is distinct from 177
    or (encode(sha256(key.outer_block || sha256(key.inner_block || convert_to(facts, 'UTF8'))), 'hex') = substr(ticket, 114)) is not true
    or substr(facts, 84, 10)::int <> pg_backend_pid()
    or substr(facts, 74, 10)::bigint < extract(epoch from now())
  then
    raise exception 'the context was refused' using errcode = 'PT001';
  end if;
  tenant := left(facts, 36)::uuid;
  member := substr(facts, 37, 36)::uuid;
  select t.state into tenant_state from tenancy.tenants t where t.id = tenant;
  if tenant_state is distinct from 'active' then
    if tenant_state = 'suspended' then
      raise exception 'the tenant is suspended' using errcode = 'PT003';
    end if;
    raise exception 'no such tenant' using errcode = 'PT002';
  end if;
  if substr(facts, 73, 1) = '0' then
    select case u.role when 'viewer' then '1' when 'member' then '2' when 'admin' then '3' when 'owner' then '4' end
      into rank
      from tenancy.tenant_users u
      where u.tenant_id = tenant and u.user_id = member and u.deleted is null;
    if rank is null then
      raise exception 'no such tenant' using errcode = 'PT004';
    end if;
    facts := overlay(facts placing rank from 73 for 1);
    seal := facts || encode(sha256(key.outer_block || sha256(key.inner_block || convert_to(facts, 'UTF8'))), 'hex');
  end if;
  perform set_config('app.seal', seal, true),
    set_config('app.current_tenant_id', tenant::text, true),
    set_config('app.current_user_id', case when member = '00000000-0000-0000-0000-000000000000' then '' else member::text end, true);
end
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
