-- name: list_classifications
select d.tier, d.schema_name, d.table_name, d.column_name, d.classification_level, d.category, d.sensitivity_score, d.encryption_required,
  d.retention_period_years, d.compliance, d.source, d.confidence, d.reason, d.created
from privacy.data_classification d
where (:schema?::text is null or d.schema_name = :schema?) and (:table?::text is null or d.table_name = :table?)
order by d.tier, d.schema_name, d.table_name, d.column_name nulls first;

-- name: list_of_tables
-- The same of several tables, each named by its schema and itself at one place of the arrays.
select d.tier, d.schema_name, d.table_name, d.column_name, d.classification_level, d.category, d.sensitivity_score, d.encryption_required,
  d.retention_period_years, d.compliance, d.source, d.confidence, d.reason, d.created
from privacy.data_classification d
where (d.schema_name, d.table_name) in (select t.schema, t.name from unnest(:schemas::text[], :tables::text[]) as t(schema, name));

-- name: classify_columns
select privacy.classify(:tier, :target, :decisions::jsonb) as "count!";

-- name: forget_place
delete from privacy.data_classification
where tier = any (:tiers) and schema_name = :schema and table_name = :table and column_name is not distinct from :column?;

-- name: put_findings
-- What a scan found, where nobody decided.
insert into privacy.data_classification as d
  (tier, schema_name, table_name, column_name, classification_level, category, sensitivity_score, encryption_required, compliance, source, confidence, reason)
select f.tier, f.schema, f."table", f."column", k.classification_level, f.category, k.sensitivity_score, k.encryption_required, k.compliance, 'auto',
  f.confidence, f.reason
from jsonb_to_recordset(:findings::jsonb) f (tier text, schema text, "table" text, "column" text, category text, confidence float8, reason text)
  join privacy.categories k on k.category = f.category
on conflict (tier, schema_name, table_name, column_name) do update
set classification_level = excluded.classification_level, category = excluded.category, sensitivity_score = excluded.sensitivity_score,
    encryption_required = excluded.encryption_required, compliance = excluded.compliance, confidence = excluded.confidence, reason = excluded.reason,
    created = case when d.category is distinct from excluded.category then now() else d.created end
where d.source = 'auto' and (d.category, d.confidence, d.reason) is distinct from (excluded.category, excluded.confidence, excluded.reason);

-- name: drop_stale_findings
-- Findings in tables that were looked at and are no more; decisions stay.
delete from privacy.data_classification d
using jsonb_to_recordset(:scanned::jsonb) s (tier text, schema text, "table" text, columns text[])
where d.source = 'auto' and d.tier = s.tier and d.schema_name = s.schema and d.table_name = s."table" and d.column_name <> all (s.columns);

-- name: drop_findings_of_gone_tables
delete from privacy.data_classification d
where d.source = 'auto' and d.tier = :tier
  and (d.schema_name, d.table_name) not in (select t.schema, t."table" from jsonb_to_recordset(:tables::jsonb) t (schema text, "table" text));
