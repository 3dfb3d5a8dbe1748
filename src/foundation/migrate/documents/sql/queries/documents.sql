-- name: record_documents
-- Documents that agree are recorded, all others forgotten: what was right once is not right now.
with forgotten as (
  delete from migrate.document_states where path <> all(:paths::text[])
)
insert into migrate.document_states (path, schema_sha256)
select unnest(:paths::text[]), :schema_sha256
on conflict (path) do update set schema_sha256 = excluded.schema_sha256, checked = now();

-- name: list_documents
select path, schema_sha256, checked from migrate.document_states order by path;
