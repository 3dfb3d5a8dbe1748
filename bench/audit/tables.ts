import type { Scratch } from '../tenancy/scratch.ts';

/** A table as a product has it: a tenant's rows, protected, with a key of its own and a second index. */
export async function makeOrders(scratch: Scratch, ...tables: readonly string[]): Promise<void> {
  await scratch.prepare('create schema bench', 'grant usage on schema bench to plinth_app');
  for (const table of tables) {
    await scratch.prepare(
      `create table bench.${table} (
         tenant_id uuid not null references tenancy.tenants (id), id uuid not null default uuidv7(), customer text not null, status text not null,
         amount numeric(12, 2) not null, note text not null, created timestamptz not null default now(), primary key (tenant_id, id))`,
      `create index on bench.${table} (tenant_id, customer)`,
      `select tenancy.protect('bench.${table}')`,
    );
  }
}

/**
 * The peer: a trigger per row as supa_audit has it, with its indexes, its look-up of the key and the whole row as jsonb, old and new.
 * Written here, so that both run on the same server.
 */
export async function auditPerRow(scratch: Scratch, table: string): Promise<void> {
  await scratch.prepare(
    'create schema per_row',
    `create table per_row.record_version (
       id bigint generated always as identity primary key, record_id uuid, old_record_id uuid, op text not null, ts timestamptz not null default now(),
       table_oid oid not null, table_schema name not null, table_name name not null, record jsonb, old_record jsonb,
       check (coalesce(record_id, old_record_id) is not null), check (op in ('INSERT', 'UPDATE', 'DELETE')))`,
    'create index on per_row.record_version (record_id) where record_id is not null',
    'create index on per_row.record_version (old_record_id) where old_record_id is not null',
    'create index on per_row.record_version using brin (ts)',
    'create index on per_row.record_version (table_oid)',
    `create function per_row.key_columns(entity oid) returns text[] language sql stable security definer set search_path = '' as $$
       select coalesce(array_agg(a.attname::text order by a.attname), '{}') from pg_catalog.pg_index i
         join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
        where i.indrelid = entity and i.indisprimary $$`,
    `create function per_row.record_id(entity oid, key_columns text[], record jsonb) returns uuid language sql stable as $$
       select case when record is not null and key_columns <> '{}' then
         md5((select jsonb_agg(entity::text) || jsonb_agg(record ->> k) from unnest(key_columns) k)::text)::uuid end $$`,
    `create function per_row.note() returns trigger language plpgsql security definer as $$
     declare
       key_columns text[] := per_row.key_columns(tg_relid);
       record jsonb := to_jsonb(new);
       old_record jsonb := to_jsonb(old);
     begin
       insert into per_row.record_version (record_id, old_record_id, op, table_oid, table_schema, table_name, record, old_record)
       select per_row.record_id(tg_relid, key_columns, record), per_row.record_id(tg_relid, key_columns, old_record), tg_op, tg_relid,
         tg_table_schema, tg_table_name, record, old_record;
       return coalesce(new, old);
     end $$`,
    `create trigger per_row after insert or update or delete on bench.${table} for each row execute function per_row.note()`,
  );
}
