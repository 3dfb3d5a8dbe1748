-- The judgement by name, in SQL: the same as model/names/judge-name.ts, which a test compares name by name.

create or replace function privacy.words(name text) returns text[]
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(case
      when length(w.word) < 4 then w.word
      when w.word ~ 'ies$' then left(w.word, -3) || 'y'
      when w.word ~ '(ss|x|z|ch|sh|us)es$' then left(w.word, -2)
      when w.word ~ '[^sui]s$' then left(w.word, -1)
      else w.word end order by w.place), '{}')
  from (
    select m.found[1] as word, m.place
    from regexp_matches(lower(regexp_replace(regexp_replace(
        replace(regexp_replace(normalize(name, nfd), '[\u0300-\u036f]', '', 'g'), 'ß', 'ss') collate "C",
        '([a-z0-9])([A-Z])', '\1 \2', 'g'), '([A-Z])([A-Z][a-z])', '\1 \2', 'g')), '[a-z]+', 'g') with ordinality m (found, place)
  ) w
$$;
comment on function privacy.words(text) is 'A name as words: snake_case and camelCase separated, without digits, accents and plurals.';

create or replace function privacy.value_class(type oid) returns text
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select case
    when b.typname = 'uuid' then 'uuid'
    when b.typname in ('json', 'jsonb', 'hstore') then 'json'
    when b.typname = 'bytea' then 'bytes'
    when b.typname in ('macaddr', 'macaddr8') then 'hardware'
    when b.typname in ('geometry', 'geography') or b.typcategory = 'G' then 'shape'
    when b.typname = 'xml' or b.typcategory = 'S' or b.typname = 'citext' then 'text'
    when b.typname = 'date' then 'date'
    when b.typcategory = 'D' then 'time'
    when b.typcategory = 'N' then 'number'
    when b.typcategory = 'B' then 'boolean'
    when b.typcategory = 'I' then 'network'
    when b.typcategory = 'E' then 'enum'
    else 'other' end
  from pg_type t
  left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
  join pg_type b on b.oid = coalesce(nullif(e.typbasetype, 0), e.oid, nullif(t.typbasetype, 0), t.oid)
  where t.oid = type
$$;
comment on function privacy.value_class(oid) is 'What values of a type can hold: text, number, date, network and so on; of an array, what its elements hold.';

create or replace function privacy.judge_names(columns jsonb)
returns table (place integer, category text, weight double precision, phrase text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  with named as (
    select c.place::integer, c.item ->> 'holds' as holds, privacy.words(c.item ->> 'table') as context, privacy.words(c.item ->> 'column') as words
    from jsonb_array_elements(columns) with ordinality c (item, place)
  ), cut as (
    -- Words that only say which are left off, unless nothing else would remain.
    select n.place, n.holds, n.context, n.words, coalesce(
        (select max(u.at) from unnest(n.words) with ordinality u (word, at)
          where u.word not in (select p.word from privacy.name_particles p where p.kind = 'trailing')),
        cardinality(n.words)) as length
    from named n
  ), spoken as (
    select c.place, c.holds, array_agg(w.word order by w.at) filter (where w.word is distinct from w.before) as words
    from cut c cross join lateral (
      select u.word, u.at, lag(u.word) over (order by u.at) as before
      from unnest(c.context || c.words[1:c.length]) with ordinality u (word, at)
    ) w
    where c.length > 0
      and not (c.holds = 'number' and c.words[1] in (select p.word from privacy.name_particles p where p.kind = 'counting'))
    group by c.place, c.holds
  ), ends as (
    select s.place, s.holds, e.length, array_to_string(s.words[cardinality(s.words) - e.length + 1:], ' ') as phrase
    from spoken s cross join lateral generate_series(1, least(5, cardinality(s.words))) e (length)
  ), longest as (
    select distinct on (e.place) e.place, r.category, r.weight, r.phrase, r.category = 'none' or e.holds = any (r.holds) as is_held
    from ends e join privacy.name_rules r on r.phrase = e.phrase
    order by e.place, e.length desc
  )
  select n.place,
    case when not t.is_typed then l.category when n.holds = 'network' then 'ip-address' else 'device' end,
    case when t.is_typed then 0.9 else l.weight end,
    case when not t.is_typed then l.phrase when n.holds = 'network' then 'inet' else 'macaddr' end
  from named n left join longest l on l.place = n.place
    cross join lateral (select n.holds in ('network', 'hardware') and l.category is distinct from 'none' as is_typed) t
  where t.is_typed or l.is_held
  order by 1
$$;
comment on function privacy.judge_names(jsonb) is
  'What names of columns speak for: takes [{"table", "column", "holds"}, …], gives a row for each that says something. Category none denies.';

create or replace function privacy.auto_classify_data()
returns table (table_name text, column_name text, suggested_classification text, reason text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  with columns as (
    select n.nspname, c.relname, a.attname, row_number() over (order by n.nspname, c.relname, a.attnum) as place,
      jsonb_build_object('table', c.relname, 'column', a.attname, 'holds', privacy.value_class(a.atttypid)) as item
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition 
      and n.nspname !~ '^(pg_|information_schema$|partition_(detached|archived)$|migrate_trash_)'
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  )
  select quote_ident(c.nspname) || '.' || quote_ident(c.relname), c.attname::text, k.classification_level,
    format('named "%s": %s', j.phrase, k.label)
  from privacy.judge_names((select jsonb_agg(o.item order by o.place) from columns o)) j
    join columns c on c.place = j.place
    join privacy.categories k on k.category = j.category
  where j.weight >= 0.5
    and not exists (select from privacy.data_classification d
      where d.source = 'manual' and d.schema_name = c.nspname and d.table_name = c.relname and (d.column_name = c.attname or d.column_name is null))
  order by c.place
$$;
comment on function privacy.auto_classify_data() is
  'Suggests by name how columns of this database are classified that nobody decided about. `plinth privacy scan` looks at values too.';
