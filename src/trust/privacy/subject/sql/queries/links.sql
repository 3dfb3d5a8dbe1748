-- name: list_links
select l.tier, l.schema_name, l.table_name, l.matches, l.yields, l.method, l.anonymised, l.reason
  from privacy.subject_links l
 order by 1, 2, 3;

-- name: put_link
select privacy.link_subject(:tier::text, :target::text, :matches::jsonb, :method::text, :yields::jsonb, :anonymised::text[], :reason?::text) as "done?";
