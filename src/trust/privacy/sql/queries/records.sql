-- name: list_processing
select r.id, r.name, r.purpose, r.legal_basis, r.data_subjects, r.recipients, r.transfers, r.safeguards, r.retention, r.measures, r.updated,
  coalesce((select jsonb_agg(jsonb_build_object('tier', t.tier, 'schema', t.schema_name, 'table', t.table_name) order by t.tier, t.schema_name, t.table_name)
    from privacy.processing_tables t where t.processing_record_id = r.id), '[]') as "tables!"
from privacy.processing_records r
order by r.name;

-- name: record_processing
select privacy.record_processing(:declaration::jsonb) as "id!";
