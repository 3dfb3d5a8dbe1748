-- How decisions and records are declared, in migrations and by the platform itself. Each refusal carries SQLSTATE PP002 and what would do.

create or replace function privacy.refuse(problem text, remedy text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'privacy: %', problem using errcode = 'PP002', hint = remedy;
end
$$;
comment on function privacy.refuse(text, text) is 'Raises the refusal of a declaration.';

create or replace function privacy.check_keys(declaration jsonb, known text[]) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  unknown text;
begin
  select k into unknown from jsonb_object_keys(declaration) k where k <> all (known) limit 1;
  if unknown is not null then
    perform privacy.refuse(format('%s is not understood in %s', unknown, declaration), format('Known are %s.', array_to_string(known, ', ')));
  end if;
end
$$;
comment on function privacy.check_keys(jsonb, text[]) is 'Refuses a declaration with a key that nobody reads.';

create or replace function privacy.parse_table(tier text, target text) returns text[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  parts text[] := parse_ident(target);
begin
  if tier is null or tier not in ('oltp', 'content', 'queue', 'olap') then
    perform privacy.refuse(format('%L is no tier', tier), 'Tiers are oltp, content, queue, olap.');
  elsif coalesce(cardinality(parts), 0) <> 2 then
    perform privacy.refuse(format('%L is no table', target), 'Write schema and name: shop.orders.');
  end if;
  return parts;
end
$$;
comment on function privacy.parse_table(text, text) is 'Schema and name of a qualified table; it may be in another database, so nobody looks whether it is there.';

create or replace function privacy.classify(tier text, target text, decisions jsonb) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  place constant text[] := privacy.parse_table(tier, target);
  levels constant text[] := array['public', 'internal', 'confidential', 'restricted'];
  one record;
  kind record;
  decision jsonb;
  level text;
begin
  if coalesce(jsonb_typeof(decisions), '') <> 'object' then
    perform privacy.refuse(format('%s has no columns', decisions), 'For example {"email": "email", "note": {"level": "restricted", "reason": "free text"}}; "*" is the table.');
  end if;
  for one in select d.key, d.value from jsonb_each(decisions) d loop
    decision := case jsonb_typeof(one.value)
      when 'string' then jsonb_build_object(case when one.value #>> '{}' = any (levels) then 'level' else 'category' end, one.value)
      when 'object' then one.value
      else '{}' end;
    perform privacy.check_keys(decision, array['level', 'category', 'sensitivity', 'encrypt', 'retention_years', 'compliance', 'reason']);
    select c.* into kind from privacy.categories c where c.category = decision ->> 'category';
    if decision ->> 'category' is not null and kind.category is null then
      perform privacy.refuse(format('%L is neither a level nor a category (%s.%s)', decision ->> 'category', target, one.key),
        (select format('Levels are %s; categories are %s.', array_to_string(levels, ', '), string_agg(c.category, ', ' order by c.category)) from privacy.categories c));
    end if;
    level := coalesce(decision ->> 'level', kind.classification_level);
    if level is null or level <> all (levels) then
      perform privacy.refuse(format('%s.%s has no level that is known: %s', target, one.key, one.value), format('Levels are %s.', array_to_string(levels, ', ')));
    end if;
    insert into privacy.data_classification as d (tier, schema_name, table_name, column_name, classification_level, category, sensitivity_score,
        encryption_required, retention_period_years, compliance, source, confidence, reason)
      values (tier, place[1], place[2], nullif(one.key, '*'), level, kind.category,
        coalesce((decision ->> 'sensitivity')::integer, case when level = kind.classification_level then kind.sensitivity_score end,
          case level when 'public' then 1 when 'internal' then 3 when 'confidential' then 6 else 8 end),
        coalesce((decision ->> 'encrypt')::boolean, level = kind.classification_level and kind.encryption_required, false),
        (decision ->> 'retention_years')::integer,
        coalesce((select array_agg(v) from jsonb_array_elements_text(decision -> 'compliance') v), kind.compliance, '{}'),
        'manual', 1, coalesce(decision ->> 'reason', 'declared'))
      on conflict on constraint data_classification_place_key do update
      set classification_level = excluded.classification_level, category = excluded.category, sensitivity_score = excluded.sensitivity_score,
          encryption_required = excluded.encryption_required, retention_period_years = excluded.retention_period_years,
          compliance = excluded.compliance, source = 'manual', confidence = 1, reason = excluded.reason, created = now();
  end loop;
  return (select count(*) from jsonb_object_keys(decisions));
end
$$;
comment on function privacy.classify(text, text, jsonb) is
  'Decides how columns of a table of a tier are classified: {"email": "email", "title": "internal", "note": {"level": "restricted", "reason": "…"}}; '
  '"*" is the table as a whole. Replaces what was there; gives the number of places. Call it in an oltp migration, for tables of any tier.';

create or replace function privacy.record_processing(declaration jsonb) returns uuid
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  record_id uuid;
  one record;
begin
  perform privacy.check_keys(declaration, array['name', 'purpose', 'legal_basis', 'data_subjects', 'recipients', 'transfers', 'safeguards', 'retention',
    'measures', 'tables']);
  if declaration ->> 'name' is null or declaration ->> 'purpose' is null or declaration ->> 'legal_basis' is null
      or coalesce(jsonb_typeof(declaration -> 'tables'), '') <> 'object' then
    perform privacy.refuse(format('%s says not what is processed, what for and why it may be', declaration),
      'For example {"name": "Billing", "purpose": "…", "legal_basis": "contract", "tables": {"oltp": ["shop.invoices"]}}.');
  end if;
  insert into privacy.processing_records as r (name, purpose, legal_basis, data_subjects, recipients, transfers, safeguards, retention, measures)
    select declaration ->> 'name', declaration ->> 'purpose', declaration ->> 'legal_basis',
      coalesce(d.data_subjects, '{}'), coalesce(d.recipients, '{}'), coalesce(d.transfers, '{}'),
      declaration ->> 'safeguards', declaration ->> 'retention', declaration ->> 'measures'
    from jsonb_to_record(declaration) d (data_subjects text[], recipients text[], transfers text[])
    on conflict (name) do update
    set purpose = excluded.purpose, legal_basis = excluded.legal_basis, data_subjects = excluded.data_subjects, recipients = excluded.recipients,
        transfers = excluded.transfers, safeguards = excluded.safeguards, retention = excluded.retention, measures = excluded.measures, updated = now()
    returning r.id into record_id;
  delete from privacy.processing_tables t where t.processing_record_id = record_id;
  for one in select distinct e.key as tier, privacy.parse_table(e.key, t.name) as place
      from jsonb_each(declaration -> 'tables') e, jsonb_array_elements_text(e.value) t (name) loop
    insert into privacy.processing_tables (processing_record_id, tier, schema_name, table_name) values (record_id, one.tier, one.place[1], one.place[2]);
  end loop;
  return record_id;
end
$$;
comment on function privacy.record_processing(jsonb) is
  'Declares an activity by its name: {"name", "purpose", "legal_basis", "data_subjects", "recipients", "transfers", "safeguards", "retention", "measures", '
  '"tables": {"oltp": ["schema.table"]}}. Declared again, it is replaced.';
