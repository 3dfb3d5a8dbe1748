--! tiers: oltp, content, queue, olap
-- A tenant may be in a database of its own. Where it is not, its row says so and nobody enters: what decides is the database that would
-- take the write, so that a process which does not know yet is told.

alter table tenancy.tenants
  add column placement text,
  add column is_moving boolean not null default false,
  add constraint tenants_placement_check check (placement <> '');
comment on column tenancy.tenants.placement is
  'Where the rows of its oltp tier are, if not in this database: nobody enters it here. In oltp this is what work is routed by.';
comment on column tenancy.tenants.is_moving is
  'While its rows are copied elsewhere: each of its transactions holds `move_key` shared, so that who switches can wait for them.';
create unique index tenants_placement_key on tenancy.tenants (placement) where placement is not null;
comment on index tenancy.tenants_placement_key is 'A database of its own is that of one tenant; and those few are found at once.';

create function tenancy.move_key(tenant uuid) returns bigint
language sql immutable parallel safe
begin atomic
  select hashtextextended('tenancy.move ' || tenant::text, 0);
end;
comment on function tenancy.move_key(uuid) is 'Advisory lock of a tenant that is moving: shared by its transactions, exclusive for the switch.';

create or replace function tenancy.refuse(state text) returns text
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '%', case state when 'PT001' then 'the context was refused' when 'PT002' then 'no such tenant'
    when 'PT003' then 'the tenant is suspended' when 'PT005' then 'the tenant is in another database'
    when 'PT006' then 'the tenant is going to another database at this moment' else 'not a member' end using errcode = state;
end
$$;

-- A lock that is not to be had is an answer, not a wait: whoever waits has an old snapshot and would enter by what it says.
create or replace procedure tenancy.enter(ticket bytea)
language sql security definer
begin atomic
  select coalesce((
    select case
      -- Membership before state: who is no member learns nothing of the tenant, not even whether there is one.
      when t.facts is null then tenancy.refuse('PT004')
      when t.state = 'active' or (t.state = 'suspended' and current_setting('transaction_read_only') = 'on') then concat(
        set_config('app.current_tenant_id', t.tenant::text, true),
        set_config('app.current_user_id', coalesce(nullif(t.member, '00000000-0000-0000-0000-000000000000')::text, ''), true),
        set_config('app.seal', encode(sha256(t.inner_block || t.facts || timestamptz_send(current_timestamp) || t.outer_block) || t.facts, 'hex'), true))
      else tenancy.refuse(case t.state when 'suspended' then 'PT003' when 'elsewhere' then 'PT005' when 'switching' then 'PT006' else 'PT002' end)
      end
    from (
      select k.inner_block, k.outer_block,
        encode(substr(ticket, 33, 16), 'hex')::uuid as tenant, encode(substr(ticket, 49, 16), 'hex')::uuid as member,
        case get_byte(ticket, 64) when 0 then set_byte(substr(ticket, 33), 32, tenancy.member_rank(ticket)) else substr(ticket, 33) end as facts,
        (select case when n.placement is not null then 'elsewhere'
            when n.is_moving then case when pg_try_advisory_xact_lock_shared(tenancy.move_key(n.id)) then n.state else 'switching' end
            else n.state end
          from tenancy.tenants n where n.id = encode(substr(ticket, 33, 16), 'hex')::uuid) as state
      from tenancy.seal_keys k
      where sha256(k.outer_block || sha256(k.inner_block || substr(ticket, 33) || int4send(pg_backend_pid()))) = substr(ticket, 1, 32)
        and substr(ticket, 66, 8) >= int8send(date_part('epoch', current_timestamp)::bigint)
      offset 0
    ) t
  ), tenancy.refuse('PT001'));
end;
comment on procedure tenancy.enter(bytea) is
  'Opens the context of a ticket for the rest of the transaction: checks ticket, tenant and, where the ticket leaves it open, membership. '
  'Of a suspended tenant, for transactions that cannot write; of one that is in another database, for nobody.';
revoke execute on function tenancy.move_key(uuid) from public;
