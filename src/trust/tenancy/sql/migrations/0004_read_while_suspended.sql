--! tiers: oltp, content, queue, olap
-- A suspended tenant is closed to writes, not to its own people: transactions that cannot write may still be opened. The server
-- keeps them from becoming more: their mode cannot change once enter() has been called.

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
  'Opens the context of a ticket for the rest of the transaction: checks ticket, tenant and, where the ticket leaves it open, membership. '
  'Of a suspended tenant, for transactions that cannot write.';
comment on column tenancy.tenants.state is
  '`provisioning` until every tier has the tenant; `active` can be entered, `suspended` by transactions that cannot write, the others not at all.';
