create table migrate.backfills (
  id uuid not null,
  name text not null,
  tier text not null,
  statement text not null,
  table_name text not null,
  priority integer not null default 0,
  state text not null default 'running',
  cursor jsonb,
  upper_bound jsonb,
  rows_seen bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_total bigint not null,
  batch_rows integer not null,
  rows_per_second float8,
  throttled text,
  error text,
  started timestamptz not null default now(),
  advanced timestamptz not null default now(),
  completed timestamptz,
  constraint backfills_id_pk primary key (id),
  constraint backfills_name_key unique (name),
  constraint backfills_state_check check (state in ('running', 'paused', 'completed')),
  constraint backfills_completed_check check ((state = 'completed') = (completed is not null))
);
comment on table migrate.backfills is 'Statements that are run batch by batch over a table; each batch commits together with the cursor that follows it.';
comment on column migrate.backfills.id is 'Also the key of its rows in quarantine.';
comment on column migrate.backfills.name is 'source/name of the migration, or what the caller chose.';
comment on column migrate.backfills.tier is 'Tier it was started for.';
comment on column migrate.backfills.statement is 'The UPDATE, or INSERT with SELECT, as it would be run at once.';
comment on column migrate.backfills.table_name is 'The table whose primary key is walked.';
comment on column migrate.backfills.priority is 'The higher one runs first.';
comment on column migrate.backfills.state is 'running also stands for: to be continued by whoever comes first.';
comment on column migrate.backfills.cursor is 'Key of the last row that was passed, column by column as text; null before the first batch.';
comment on column migrate.backfills.upper_bound is 'Largest key when it began; rows that come later are the business of triggers. Null when the table was empty.';
comment on column migrate.backfills.rows_seen is 'Rows that were passed, with those that needed nothing.';
comment on column migrate.backfills.rows_changed is 'Rows that the statement updated or inserted.';
comment on column migrate.backfills.rows_total is 'The planner''s estimate when it began.';
comment on column migrate.backfills.batch_rows is 'Size of the next batch.';
comment on column migrate.backfills.rows_per_second is 'Of the last batches, with the pauses between them.';
comment on column migrate.backfills.throttled is 'Why it waits right now; null while it does not.';
comment on column migrate.backfills.error is 'Why it paused itself.';
comment on column migrate.backfills.started is 'When it was declared.';
comment on column migrate.backfills.advanced is 'When the last batch was committed.';
comment on column migrate.backfills.completed is 'When nothing was left but what is in quarantine.';

create table migrate.quarantine (
  backfill_id uuid not null,
  key jsonb not null,
  error text,
  created timestamptz not null default now(),
  constraint quarantine_backfill_id_key_pk primary key (backfill_id, key),
  constraint quarantine_backfill_id_fk foreign key (backfill_id) references migrate.backfills (id)
);
comment on table migrate.quarantine is 'Rows a backfill left behind: it comes back to the locked ones by itself, to the others when it is told to.';
comment on column migrate.quarantine.backfill_id is 'The backfill.';
comment on column migrate.quarantine.key is 'Primary key of the row, column by column as text.';
comment on column migrate.quarantine.error is 'What the row failed with; null for one that another session held locked.';
comment on column migrate.quarantine.created is 'When it was left behind.';

create table migrate.trash (
  id uuid not null,
  kind text not null,
  original text not null,
  place text not null,
  details jsonb not null,
  rows_kept bigint,
  created timestamptz not null default now(),
  expires timestamptz not null,
  restored timestamptz,
  dropped timestamptz,
  constraint trash_id_pk primary key (id),
  constraint trash_kind_check check (kind in ('table', 'column')),
  constraint trash_end_check check (restored is null or dropped is null)
);
comment on table migrate.trash is 'Tables and columns that were thrown away, and can be brought back until they expire.';
comment on column migrate.trash.id is 'The item.';
comment on column migrate.trash.kind is 'table: moved to a schema of its own. column: hidden under another name in its table.';
comment on column migrate.trash.original is 'What it was called: schema.table, or schema.table.column.';
comment on column migrate.trash.place is 'Where it lies: the schema, or the hidden name of the column.';
comment on column migrate.trash.details is 'What it takes to bring it back, and to see that it came back whole.';
comment on column migrate.trash.rows_kept is 'Rows of a table that was quick to count; null for others.';
comment on column migrate.trash.created is 'When it was thrown away.';
comment on column migrate.trash.expires is 'When it may be dropped for good.';
comment on column migrate.trash.restored is 'When it was brought back.';
comment on column migrate.trash.dropped is 'When it was dropped for good.';

create function migrate.trash_facts(target oid) returns jsonb
language sql stable
set search_path = pg_catalog
begin atomic
  select jsonb_build_object(
    'owner', c.relowner, 'acl', c.relacl::text, 'secured', c.relrowsecurity, 'forced', c.relforcerowsecurity, 'file', c.relfilenode,
    'columns', (select jsonb_agg(jsonb_build_array(a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attacl::text, pg_get_expr(d.adbin, d.adrelid)) order by a.attnum)
                  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                 where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
    'policies', (select jsonb_agg(jsonb_build_array(p.polname, p.polcmd, p.polpermissive, p.polroles::text,
                                                    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname)
                   from pg_policy p where p.polrelid = c.oid),
    'indexes', (select jsonb_agg(jsonb_build_array(i.indexrelid, i.indisvalid) order by i.indexrelid) from pg_index i where i.indrelid = c.oid),
    'constraints', (select jsonb_agg(jsonb_build_array(k.conname, k.contype, k.convalidated) order by k.conname)
                      from pg_constraint k where k.conrelid = c.oid and (k.contype <> 'f' or k.confrelid = k.conrelid)),
    'triggers', (select jsonb_agg(jsonb_build_array(t.tgname, t.tgenabled) order by t.tgname) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal))
    from pg_class c where c.oid = target;
end;
comment on function migrate.trash_facts is 'What of a table must be the same after it came back from the trash.';

create function migrate.trash_table(target regclass, keep interval default '14 days') returns uuid
language plpgsql
set search_path = pg_catalog
as $function$
declare
  item constant uuid := uuidv7();
  place constant text := 'migrate_trash_' || replace(item::text, '-', '');
  original constant text := target::text;
  moved jsonb;
  keys jsonb;
  publications jsonb;
  rows_kept bigint;
  one record;
begin
  if not exists (select from pg_class c where c.oid = target and c.relkind in ('r', 'p') and not c.relispartition) then
    raise exception '% is no table that can be thrown away', original using hint = 'A partition is detached first; views are dropped.';
  end if;
  -- What DROP TABLE would refuse is refused here, in the server's own words; the trial is undone.
  begin
    execute format('drop table %s', target);
    raise exception sqlstate 'PT001';
  exception when sqlstate 'PT001' then null;
  end;
  execute format('lock table %s in access exclusive mode', target);
  if pg_total_relation_size(target) < 100 * 1024 * 1024 and not exists (select from pg_class c where c.oid = target and c.relkind = 'p') then
    execute format('select count(*) from %s', target) into rows_kept;
  end if;

  with tree as (select target::oid as oid union select t.relid::oid from pg_partition_tree(target) t)
  select jsonb_agg(jsonb_build_object('oid', c.oid, 'schema', n.nspname) order by c.oid = target desc, c.oid) into moved
    from tree join pg_class c on c.oid = tree.oid join pg_namespace n on n.oid = c.relnamespace;
  -- A key left in place would forbid, or cascade, deletions in the table it refers to.
  select coalesce(jsonb_agg(jsonb_build_object('oid', k.conrelid::oid, 'name', k.conname, 'definition', pg_get_constraintdef(k.oid), 'valid', k.convalidated)), '[]')
    into keys
    from pg_constraint k join jsonb_array_elements(moved) m on k.conrelid = (m ->> 'oid')::oid
   where k.contype = 'f' and k.conparentid = 0 and k.confrelid <> k.conrelid;
  for one in select (k ->> 'oid')::oid::regclass as owner, k ->> 'name' as name from jsonb_array_elements(keys) k loop
    execute format('alter table %s drop constraint %I', one.owner, one.name);
  end loop;
  select coalesce(jsonb_agg(jsonb_build_object('oid', r.prrelid::oid, 'name', p.pubname,
           'columns', (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
                        where a.attrelid = r.prrelid and a.attnum = any(r.prattrs::int2[])),
           'where', pg_get_expr(r.prqual, r.prrelid))), '[]')
    into publications
    from pg_publication_rel r join pg_publication p on p.oid = r.prpubid join jsonb_array_elements(moved) m on r.prrelid = (m ->> 'oid')::oid;
  for one in select (p ->> 'oid')::oid::regclass as member, p ->> 'name' as name from jsonb_array_elements(publications) p loop
    execute format('alter publication %I drop table %s', one.name, one.member);
  end loop;

  insert into migrate.trash (id, kind, original, place, details, rows_kept, expires)
  values (item, 'table', original, place,
          jsonb_build_object('moved', moved, 'keys', keys, 'publications', publications, 'facts', migrate.trash_facts(target)), rows_kept, now() + keep);
  execute format('create schema %I', place);
  execute format('comment on schema %I is %L', place, format('%s, thrown away; "plinth migrate trash list"', original));
  for one in select (m ->> 'oid')::oid::regclass as member from jsonb_array_elements(moved) m loop
    execute format('alter table %s set schema %I', one.member, place);
  end loop;
  return item;
end
$function$;
comment on function migrate.trash_table is 'Instead of DROP TABLE: moves the table with its partitions to a schema nobody else can use, where it stays until it expires.';

create function migrate.trash_column(target regclass, column_name text, keep interval default '14 days') returns uuid
language plpgsql
set search_path = pg_catalog
as $function$
declare
  item constant uuid := uuidv7();
  place constant text := left('trash_' || right(replace(item::text, '-', ''), 8) || '_' || column_name, 63);
  number int2;
  is_required boolean;
  required_name text;
  checks jsonb;
  one record;
begin
  select a.attnum, a.attnotnull and a.attidentity = '' into number, is_required
    from pg_attribute a where a.attrelid = target and a.attname = column_name and a.attnum > 0 and not a.attisdropped;
  if number is null then
    raise exception '% has no column %', target, column_name using errcode = 'undefined_column';
  end if;
  if exists (select from pg_constraint k where k.conrelid = target and k.contype = 'p' and number = any(k.conkey)) then
    raise exception 'column % is part of the primary key of %', column_name, target using hint = 'Give the table another key first.';
  end if;
  begin
    execute format('alter table %s drop column %I', target, column_name);
    raise exception sqlstate 'PT001';
  exception when sqlstate 'PT001' then null;
  end;
  execute format('lock table %s in access exclusive mode', target);
  -- What would refuse the rows of programs that know nothing of the column any more.
  select coalesce(jsonb_agg(jsonb_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid), 'valid', k.convalidated)), '[]') into checks
    from pg_constraint k where k.conrelid = target and k.contype in ('c', 'f') and k.conparentid = 0 and number = any(k.conkey);
  for one in select k ->> 'name' as name from jsonb_array_elements(checks) k loop
    execute format('alter table %s drop constraint %I', target, one.name);
  end loop;
  if is_required then
    select k.conname into required_name from pg_constraint k where k.conrelid = target and k.contype = 'n' and k.conkey = array[number];
    execute format('alter table %s alter column %I drop not null', target, column_name);
  end if;
  execute format('alter table %s rename column %I to %I', target, column_name, place);
  insert into migrate.trash (id, kind, original, place, details, expires)
  values (item, 'column', target::text || '.' || quote_ident(column_name), place,
          jsonb_build_object('oid', target::oid, 'column', column_name, 'number', number, 'checks', checks, 'required', is_required,
                             'requiredName', coalesce(required_name, column_name || '_not_null')), now() + keep);
  return item;
end
$function$;
comment on function migrate.trash_column is 'Instead of DROP COLUMN: hides the column under another name and takes away what would refuse rows without it, until it expires.';

create function migrate.restore_trash(item uuid) returns jsonb
language plpgsql
set search_path = pg_catalog
as $function$
declare
  thrown migrate.trash;
  top regclass;
  one record;
  counted bigint;
  open_checks jsonb := '[]';
begin
  select * into thrown from migrate.trash t where t.id = item and t.restored is null and t.dropped is null for update;
  if not found then
    raise exception 'there is nothing in the trash under %', item using errcode = 'no_data_found';
  end if;
  if thrown.kind = 'table' then
    top := (thrown.details #>> '{moved,0,oid}')::oid::regclass;
    for one in select (m ->> 'oid')::oid::regclass as member, m ->> 'schema' as home from jsonb_array_elements(thrown.details -> 'moved') m loop
      execute format('alter table %s set schema %I', one.member, one.home);
    end loop;
    if migrate.trash_facts(top) <> thrown.details -> 'facts' then
      raise exception '% was changed while it lay in the trash: % is not %', thrown.original, migrate.trash_facts(top), thrown.details -> 'facts';
    end if;
    if thrown.rows_kept is not null then
      execute format('select count(*) from %s', top) into counted;
      if counted <> thrown.rows_kept then
        raise exception '% has % rows and was thrown away with %', thrown.original, counted, thrown.rows_kept;
      end if;
    end if;
    for one in select (k ->> 'oid')::oid::regclass as owner, k ->> 'name' as name, k ->> 'definition' as definition, (k ->> 'valid')::boolean as valid
                 from jsonb_array_elements(thrown.details -> 'keys') k loop
      execute format('alter table %s add constraint %I %s%s', one.owner, one.name, one.definition, case when one.valid then ' not valid' end);
      if one.valid then
        open_checks := open_checks || jsonb_build_object('table', one.owner::text, 'name', one.name);
      end if;
    end loop;
    for one in select (p ->> 'oid')::oid::regclass as member, p ->> 'name' as name, p ->> 'columns' as columns, p ->> 'where' as condition
                 from jsonb_array_elements(thrown.details -> 'publications') p loop
      execute format('alter publication %I add table %s%s%s', one.name, one.member, ' (' || one.columns || ')', ' where (' || one.condition || ')');
    end loop;
    execute format('drop schema %I', thrown.place);
  else
    top := (thrown.details ->> 'oid')::oid::regclass;
    execute format('alter table %s rename column %I to %I', top, thrown.place, thrown.details ->> 'column');
    for one in select k ->> 'name' as name, k ->> 'definition' as definition, (k ->> 'valid')::boolean as valid
                 from jsonb_array_elements(thrown.details -> 'checks') k loop
      execute format('alter table %s add constraint %I %s%s', top, one.name, one.definition, case when one.valid then ' not valid' end);
      if one.valid then
        open_checks := open_checks || jsonb_build_object('table', top::text, 'name', one.name);
      end if;
    end loop;
    if (thrown.details ->> 'required')::boolean then
      execute format('alter table %s add constraint %I not null %I not valid', top, thrown.details ->> 'requiredName', thrown.details ->> 'column');
      open_checks := open_checks || jsonb_build_object('table', top::text, 'name', thrown.details ->> 'requiredName');
    end if;
  end if;
  update migrate.trash t set restored = now() where t.id = item;
  return open_checks;
end
$function$;
comment on function migrate.restore_trash is 'Brings an item back as it was; answers with the constraints that are still to be validated, because rows came and went meanwhile.';

create function migrate.drop_trash(item uuid) returns boolean
language plpgsql
set search_path = pg_catalog
as $function$
declare
  thrown migrate.trash;
  top regclass;
begin
  select * into thrown from migrate.trash t
   where t.id = item and t.restored is null and t.dropped is null and t.expires <= now() for update skip locked;
  if not found then
    return false;
  end if;
  if thrown.kind = 'table' then
    select c.oid::regclass into top from pg_class c where c.oid = (thrown.details #>> '{moved,0,oid}')::oid;
    if top is not null then
      execute format('drop table %s', top);
    end if;
    execute format('drop schema if exists %I', thrown.place);
  else
    select a.attrelid::regclass into top from pg_attribute a
     where a.attrelid = (thrown.details ->> 'oid')::oid and a.attnum = (thrown.details ->> 'number')::int2 and a.attname = thrown.place;
    if top is not null then
      execute format('alter table %s drop column %I', top, thrown.place);
    end if;
  end if;
  update migrate.trash t set dropped = now() where t.id = item;
  return true;
end
$function$;
comment on function migrate.drop_trash is 'Drops an expired item for good; false when it is not expired, or somebody is just bringing it back.';

revoke all on function migrate.trash_facts, migrate.trash_table, migrate.trash_column, migrate.restore_trash, migrate.drop_trash from public;

create table migrate.moves (
  id uuid not null,
  name text not null,
  tier text not null,
  definition jsonb not null,
  state text not null default 'preparing',
  cursor jsonb,
  upper_bound jsonb,
  batch_rows integer not null,
  rows_copied bigint not null default 0,
  rows_applied bigint not null default 0,
  rows_total bigint not null,
  discrepancies bigint,
  pause_ms integer,
  started timestamptz not null default now(),
  verified timestamptz,
  switched timestamptz,
  constraint moves_id_pk primary key (id),
  constraint moves_name_key unique (name),
  constraint moves_state_check check (state in ('preparing', 'copying', 'following', 'switched')),
  constraint moves_switched_check check ((state = 'switched') = (switched is not null))
);
comment on table migrate.moves is 'Tables that are moved into this database; each range of rows commits together with the cursor that follows it.';
comment on column migrate.moves.id is 'The end of it also names the schema of its change log beside the source.';
comment on column migrate.moves.name is 'What the caller chose.';
comment on column migrate.moves.tier is 'Tier of the target.';
comment on column migrate.moves.definition is 'From where, to where, which columns.';
comment on column migrate.moves.state is 'preparing: the change log is not there yet. following: all is copied, changes are carried over. switched: the source takes no more writes.';
comment on column migrate.moves.cursor is 'Key of the last row that was copied, column by column as text; null before the first range.';
comment on column migrate.moves.upper_bound is 'Largest key when copying began; later rows come by the change log. Null when the source was empty.';
comment on column migrate.moves.batch_rows is 'Size of the next range.';
comment on column migrate.moves.rows_copied is 'Rows that came by copying.';
comment on column migrate.moves.rows_applied is 'Keys that were carried over from the change log.';
comment on column migrate.moves.rows_total is 'The planner''s estimate when it began.';
comment on column migrate.moves.discrepancies is 'Rows that differed at the last comparison, before they were repaired.';
comment on column migrate.moves.pause_ms is 'How long writers had to wait for the switch.';
comment on column migrate.moves.started is 'When it was declared.';
comment on column migrate.moves.verified is 'When it was compared last.';
comment on column migrate.moves.switched is 'When the source stopped taking writes.';
