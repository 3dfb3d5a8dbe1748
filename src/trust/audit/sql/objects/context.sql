-- What an event says of the transaction that wrote it. Functions of one statement without settings of their own: the planner writes them
-- into the statement of the trigger, where they cost a third of a call.

create or replace function audit.context() returns table (tenant_id uuid, user_id uuid, member_role text)
language sql stable
begin atomic
  -- The same proof as tenancy.current_tenant_id(), once for the three facts.
  select substr(s.seal, 65, 32)::uuid, nullif(substr(s.seal, 97, 32)::uuid, '00000000-0000-0000-0000-000000000000'),
    (array['viewer', 'member', 'admin', 'owner', 'service'])[get_byte(s.bytes, 64)]
  from (select current_setting('app.seal', true) as seal, decode(current_setting('app.seal', true), 'hex') as bytes offset 0) s, tenancy.seal_keys k
  where sha256(k.inner_block || substr(s.bytes, 33) || timestamptz_send(current_timestamp) || k.outer_block) = substr(s.bytes, 1, 32);
end;
comment on function audit.context() is 'Tenant, user and role of this transaction if its seal fits; no row where there is none.';

create or replace function audit.origin() returns jsonb
language sql stable
begin atomic
  select nullif(current_setting('app.origin', true), '')::jsonb;
end;
comment on function audit.origin() is 'What the application says of the request; null where it says nothing. Whoever sets something that is no JSON cannot write.';

create or replace function audit.key_hash(key text) returns bigint
language sql immutable parallel safe
begin atomic
  select hashtextextended(key, 0);
end;
comment on function audit.key_hash(text) is 'By which events are found that tell of a key.';

create or replace function audit.conceal(value text, inner_block bytea, outer_block bytea) returns text
language sql stable parallel safe
begin atomic
  select 'hmac:' || encode(sha256(outer_block || sha256(inner_block || convert_to(value, 'UTF8'))), 'hex');
end;
comment on function audit.conceal(text, bytea, bytea) is
  'HMAC-SHA-256 of a value: within a tenant equal ones stay equal and a known one can be compared, nobody reads it. Null for null, and for a tenant '
  'whose key is gone.';

create or replace function audit.stream_of(moment timestamptz) returns date
language sql immutable parallel safe
begin atomic
  select date_trunc('month', moment at time zone 'UTC')::date;
end;
comment on function audit.stream_of(timestamptz) is 'The chain an event belongs to: the first day of its month in UTC.';
