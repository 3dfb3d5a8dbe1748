-- name: put_import
insert into content.email_imports (tenant_id, id, email_account_id, source, fingerprint, fingerprint_length)
values (:tenant_id, :id, :email_account_id, :source, :fingerprint, :fingerprint_length);

-- name: find_unfinished_import
-- The latest run over a source into a mailbox, if it did not reach the end.
select i.id, i.fingerprint, i.fingerprint_length, i.offset_bytes, i.last_file, i.read_count, i.imported_count, i.duplicate_count, i.quarantined_count
  from (
    select e.* from content.email_imports e
     where e.tenant_id = :tenant_id and e.source = :source and e.email_account_id = :email_account_id
     order by e.started desc, e.id desc limit 1
  ) i
 where i.state <> 'completed';

-- name: advance_import
update content.email_imports i
   set offset_bytes = :offset_bytes, last_file = :last_file?, owed_ids = :owed_ids, updated = now(), state = 'running',
       read_count = i.read_count + :imported_count::int + :duplicate_count::int + :quarantined_count::int,
       imported_count = i.imported_count + :imported_count::int,
       duplicate_count = i.duplicate_count + :duplicate_count::int,
       quarantined_count = i.quarantined_count + :quarantined_count::int
 where i.tenant_id = :tenant_id and i.id = :id;

-- name: find_owing_imports
-- Runs of a tenant that may have left the jobs of their last batch to whoever comes next.
select i.id, i.owed_ids from content.email_imports i where i.tenant_id = :tenant_id and i.owed_ids <> '{}';

-- name: settle_import
-- Unless it has gone on meanwhile.
update content.email_imports i set owed_ids = '{}' where i.tenant_id = :tenant_id and i.id = :id and i.owed_ids = :owed_ids;

-- name: end_import
update content.email_imports i
   set state = :state::text, updated = now(), owed_ids = case when :state::text = 'completed' then '{}' else i.owed_ids end,
       completed = case when :state::text = 'completed' then now() end
 where i.tenant_id = :tenant_id and i.id = :id
returning i.read_count, i.imported_count, i.duplicate_count, i.quarantined_count;

-- name: put_quarantines
insert into content.email_quarantines (tenant_id, id, import_id, reason, detail, file, start_byte, end_byte, sha256)
select :tenant_id, q.id, :import_id, q.reason, q.detail, q.file, q.start_byte, q.end_byte, q.sha256
  from json_to_recordset(:rows::json)
    as q (id uuid, reason text, detail text, file text, start_byte bigint, end_byte bigint, sha256 bytea)
on conflict (tenant_id, sha256) do nothing;

-- name: is_mail_analyzed
select c.reltuples >= 0 as "is_analyzed!" from pg_catalog.pg_class c where c.oid = 'content.email_messages'::regclass;
