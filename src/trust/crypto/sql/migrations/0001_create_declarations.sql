--! tiers: oltp, content, queue, olap
-- Which columns hold sealed values, and encryption inside the database. In every tier, because tables that need them are.

create schema crypto;
comment on schema crypto is 'Keys, which columns they encrypt, and encryption inside the database.';
grant usage on schema crypto to plinth_app;

create table crypto.encrypted_columns (
  schema_name text not null,
  table_name text not null,
  column_name text not null,
  key_columns text[] not null,
  purpose text not null,
  index_column text,
  index_kind text,
  sealed_as text not null,
  created timestamptz not null default now(),
  constraint encrypted_columns_schema_name_table_name_column_name_pk primary key (schema_name, table_name, column_name),
  constraint encrypted_columns_sealed_as_key unique (sealed_as),
  constraint encrypted_columns_key_columns_check check (cardinality(key_columns) > 0),
  constraint encrypted_columns_purpose_check check (purpose ~ '^[a-z][a-z0-9_-]{0,62}$' and purpose <> 'search'),
  constraint encrypted_columns_index_kind_check check ((index_column is null) = (index_kind is null) and index_kind in ('email', 'phone', 'text', 'exact'))
);
comment on table crypto.encrypted_columns is
  'Columns that hold values sealed by the application, as crypto.declare_column() was told; what encrypts, rotates and reports goes by it.';
comment on column crypto.encrypted_columns.schema_name is 'Schema of the table.';
comment on column crypto.encrypted_columns.table_name is 'Name of the table. A renamed table is renamed here too; sealed_as stays.';
comment on column crypto.encrypted_columns.column_name is 'The sealed column, of type bytea.';
comment on column crypto.encrypted_columns.key_columns is 'What names a row within its tenant; a sealed value opens in its own row only, so these never change.';
comment on column crypto.encrypted_columns.purpose is 'Which of the tenant''s keys encrypts it.';
comment on column crypto.encrypted_columns.index_column is 'Column of type bytea for the blind index, by which equal values are found; null for none.';
comment on column crypto.encrypted_columns.index_kind is 'How a value is brought to one form before it is indexed: email, phone, text or exact.';
comment on column crypto.encrypted_columns.sealed_as is 'The name that is part of every sealed value. It must never change.';
comment on column crypto.encrypted_columns.created is 'When the column was declared.';

create function crypto.declare_column(target regclass, column_name text, settings jsonb default '{}') returns void
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  place record;
  keys text[];
  stray text;
  wrong text;
  has_rows boolean;
  guard text;
begin
  select n.nspname::text as schema_name, c.relname::text as table_name, c.relkind as kind into strict place
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = target;
  if place.kind not in ('r', 'p') then
    raise exception '% is not a table', target;
  end if;
  select string_agg(name, ', ') into stray from jsonb_object_keys(settings) name where name not in ('key', 'purpose', 'index', 'kind', 'sealed_as');
  if stray is not null then
    raise exception 'crypto.declare_column(%): % is not understood', target, stray using hint = 'Settings are key, purpose, index, kind, sealed_as.';
  end if;
  if (settings ? 'index') <> (settings ? 'kind') then
    raise exception 'crypto.declare_column(%): index and kind go together', target
      using hint = 'For example {"index": "email_index", "kind": "email"}; kinds are email, phone, text, exact.';
  end if;
  if not exists (select from pg_attribute a where a.attrelid = target and a.attname = 'tenant_id' and a.atttypid = 'uuid'::regtype and a.attnotnull) then
    raise exception '% has no column tenant_id uuid not null', target using hint = 'Keys belong to tenants: add it as the first column of the primary key.';
  end if;
  select string_agg(c.name, ', ') into wrong from (values (column_name), (settings ->> 'index')) c(name)
    where c.name is not null
      and not exists (select from pg_attribute a where a.attrelid = target and a.attname = c.name and a.atttypid = 'bytea'::regtype and not a.attisdropped);
  if wrong is not null then
    raise exception '% has no column % of type bytea', target, wrong using hint = 'Sealed values and blind indexes are bytea.';
  end if;
  if settings ? 'key' then
    select array_agg(k.name order by k.place) into keys from jsonb_array_elements_text(settings -> 'key') with ordinality k(name, place);
  else
    select array_agg(a.attname::text order by k.place) into keys
      from pg_constraint p cross join lateral unnest(p.conkey) with ordinality as k(attnum, place)
        join pg_attribute a on a.attrelid = p.conrelid and a.attnum = k.attnum
      where p.conrelid = target and p.contype = 'p' and a.attname <> 'tenant_id';
  end if;
  if keys is null then
    raise exception '% has no key besides tenant_id', target using hint = 'A sealed value belongs to one row: name its key, e.g. {"key": ["id"]}.';
  end if;
  select string_agg(k.name, ', ') into wrong from unnest(keys) k(name)
    where not exists (
      select from pg_attribute a where a.attrelid = target and a.attname = k.name and a.attnotnull and not a.attisdropped
        and a.atttypid = any (array['uuid', 'int2', 'int4', 'int8', 'text', 'varchar']::regtype[]));
  if wrong is not null then
    raise exception '%: % cannot be part of the key', target, wrong
      using hint = 'Columns of the key are not null and of type uuid, smallint, integer, bigint, text or varchar: they read back as they were written.';
  end if;
  insert into crypto.encrypted_columns as c (schema_name, table_name, column_name, key_columns, purpose, index_column, index_kind, sealed_as)
    values (place.schema_name, place.table_name, column_name, keys, coalesce(settings ->> 'purpose', 'personal'), settings ->> 'index', settings ->> 'kind',
      coalesce(settings ->> 'sealed_as', concat_ws('.', place.schema_name, place.table_name, column_name)))
    on conflict on constraint encrypted_columns_schema_name_table_name_column_name_pk do update
      set purpose = excluded.purpose, index_column = excluded.index_column, index_kind = excluded.index_kind
      where c.key_columns = excluded.key_columns and c.sealed_as = excluded.sealed_as;
  if not found then
    raise exception '%.%: key and sealed_as are part of every value that was sealed', target, column_name
      using hint = 'To change them, seal the values into a new column.';
  end if;
  -- A text that was forgotten to be sealed must not get in. Rows that are there are not read: the column is new to them.
  guard := left(place.table_name || '_' || column_name, 56) || '_check';
  if not exists (select from pg_constraint p where p.conrelid = target and p.conname = guard) then
    execute format('select exists (select from %s)', target) into has_rows;
    execute format('alter table %s add constraint %I check (octet_length(%I) >= 31 and get_byte(%I, 0) = 1)%s', target, guard, column_name, column_name,
      case when has_rows then ' not valid' end);
  end if;
end
$$;
comment on function crypto.declare_column(regclass, text, jsonb) is
  'Declares a column of type bytea as sealed by the application. Settings: key (columns that name the row; default the primary key without tenant_id), '
  'purpose (default personal), index and kind (blind index), sealed_as (default schema.table.column). A check keeps out what is not sealed. Can be repeated.';
-- Trusted: the owner of the database may make it. Where it cannot be, the functions below say so when they are called.
-- plinth:allow L67 an extension in a schema of its own, where the server has it
do $$
begin
  if exists (select from pg_extension where extname = 'pgcrypto') or not exists (select from pg_available_extensions where name = 'pgcrypto') then
    return;
  end if;
  create schema pgcrypto;
  comment on schema pgcrypto is 'The extension pgcrypto, for crypto.encrypt_sensitive_data() and crypto.decrypt_sensitive_data().';
  create extension pgcrypto schema pgcrypto;
  grant usage on schema pgcrypto to plinth_app;
exception when insufficient_privilege then
  raise notice 'pgcrypto was not made: %', sqlerrm;
end
$$;

create function crypto.pgcrypto_schema() returns text
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  found text := (select n.nspname::text from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pgcrypto');
begin
  if not has_schema_privilege(found, 'usage') then
    raise exception 'Encryption in the database is not here, because % may not use schema %, where pgcrypto is installed', current_user, found
      using errcode = 'feature_not_supported', hint = format('Let an administrator run: grant usage on schema %I to %I', found, current_user);
  end if;
  if found is null then
    raise exception 'Encryption in the database is not here, because the extension pgcrypto is not installed'
      using errcode = 'feature_not_supported', hint = 'Let an administrator run: create extension pgcrypto';
  end if;
  return found;
end
$$;
comment on function crypto.pgcrypto_schema() is 'Where pgcrypto is installed; an error that says so where it is not, or not for who asks.';

create function crypto.encrypt_sensitive_data(data text, encryption_key text default current_setting('app.encryption_key', true)) returns bytea
language plpgsql volatile parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  encrypted bytea;
begin
  if coalesce(encryption_key, '') = '' then
    raise exception 'Encryption key not configured' using errcode = 'invalid_parameter_value',
      hint = 'Bind it as a parameter: select set_config(''app.encryption_key'', $1, true)';
  end if;
  if data is null then
    return null;
  end if;
  execute format('select %I.pgp_sym_encrypt($1, $2, ''cipher-algo=aes256, compress-algo=1'')', crypto.pgcrypto_schema())
    into encrypted using data, encryption_key;
  return encrypted;
end
$$;
comment on function crypto.encrypt_sensitive_data(text, text) is
  'Encrypts with AES-256 (OpenPGP); null for null. The key is by default the transaction''s app.encryption_key; without one it is an error.';

create function crypto.decrypt_sensitive_data(data bytea, encryption_key text default current_setting('app.encryption_key', true)) returns text
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  place text;
  decrypted text;
begin
  if coalesce(encryption_key, '') = '' then
    raise exception 'Encryption key not configured' using errcode = 'invalid_parameter_value',
      hint = 'Bind it as a parameter: select set_config(''app.encryption_key'', $1, true)';
  end if;
  if data is null then
    return null;
  end if;
  place := crypto.pgcrypto_schema();
  begin
    execute format('select %I.pgp_sym_decrypt($1, $2)', place) into decrypted using data, encryption_key;
  exception when external_routine_exception or external_routine_invocation_exception or data_exception then
    raise exception 'wrong key or corrupted' using errcode = 'data_exception';
  end;
  return decrypted;
end
$$;
comment on function crypto.decrypt_sensitive_data(bytea, text) is
  'What crypto.encrypt_sensitive_data() encrypted; null for null. A wrong key and a damaged value are the same error, never a wrong text.';

revoke execute on all routines in schema crypto from public;
grant execute on routine crypto.pgcrypto_schema(), crypto.encrypt_sensitive_data(text, text), crypto.decrypt_sensitive_data(bytea, text) to plinth_app;
