-- No search_path is pinned here: a procedure with settings cannot commit. Every name is qualified, and it is set in each transaction.

create or replace procedure partition.run_maintenance(only_set text default null)
language plpgsql
as $$
declare
  rung_ms integer;
  one record;
  failures jsonb := '{}';
  failing_since jsonb := '{}';
  has_lock_failure boolean;
begin
  -- Short patience first: whoever arrives behind a waiting ALTER waits with it. Nobody waits for one set while another can be done.
  foreach rung_ms in array array[100, 200, 500, 1000, 2000] loop
    failures := '{}';
    has_lock_failure := false;
    for one in select s.id, s.table_name from partition.sets s
      where (only_set is null and not s.is_paused) or s.table_name = only_set order by s.table_name
    loop
      for attempt in 1 .. 1000 loop
        perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        perform pg_catalog.set_config('lock_timeout', rung_ms::text, true);
        begin
          exit when not partition.make_next(one.table_name, (extract(epoch from clock_timestamp())
            - coalesce((failing_since ->> one.table_name)::numeric, extract(epoch from clock_timestamp()))) * 1000);
        exception when others then
          failures := failures || jsonb_build_object(one.table_name, format('%s (%s)', sqlerrm, sqlstate));
          failing_since := jsonb_build_object(one.table_name, extract(epoch from clock_timestamp())) || failing_since;
          has_lock_failure := has_lock_failure or sqlstate in ('55P03', '40P01');
          exit;
        end;
        commit;
      end loop;
      rollback;
      perform partition.note_upkeep(one.id, failures ->> one.table_name);
      commit;
    end loop;
    exit when not has_lock_failure;
    perform pg_sleep(0.2 + random() * 0.8);
    rollback;
  end loop;

  for one in select s.id, s.table_name from partition.sets s
    where ((only_set is null and not s.is_paused) or s.table_name = only_set) and pg_catalog.to_regclass(s.table_name) is not null
  loop
    perform pg_catalog.set_config('lock_timeout', '500', true);
    begin
      perform partition.analyze_parent(one.id, pg_catalog.to_regclass(one.table_name));
    exception when lock_not_available then
      null;
    end;
    commit;
  end loop;
  for one in select * from pg_catalog.jsonb_each_text(failures) loop
    raise warning 'partitions of % are not all there: %', one.key, one.value;
  end loop;
end
$$;
comment on procedure partition.run_maintenance(text) is
  'Makes every table ready for the time to come, one transaction per partition. Any number may run at once; a table that cannot be made '
  'ready stops no other, is named in a warning and tried again by the next run. For pg_cron and the like: call partition.run_maintenance().';

create or replace function partition.make_next(only_set text, waited_ms numeric) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  one record;
begin
  if to_regclass(only_set) is null then
    raise exception 'the table is gone' using errcode = 'PN001', hint = 'Bring it back, or delete its row in partition.sets.';
  end if;
  if not exists (select from partition.missing(only_set, null, 1)) then
    return false;
  end if;
  perform partition.lock_set((select id from partition.sets where table_name = only_set));
  -- Somebody else may have made it while this one waited.
  select * into one from partition.missing(only_set, null, 1);
  if one.set_id is null then
    return false;
  end if;
  perform partition.make(one.set_id, one.branch, one.group_name, one.span, waited_ms::integer);
  return true;
end
$$;
comment on function partition.make_next(text, numeric) is 'Makes the next missing partition of a table. False when nothing is missing.';

create or replace function partition.note_upkeep(set_id uuid, failure text) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  update partition.sets s set maintained = clock_timestamp(), blocked_by = failure where s.id = set_id
$$;
comment on function partition.note_upkeep(uuid, text) is 'Records when upkeep looked at a set and what stood in its way.';

create or replace function partition.analyze_parent(set_id uuid, parent regclass) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  analyzed constant timestamptz := coalesce(pg_stat_get_last_analyze_time(parent), '-infinity');
begin
  -- Autovacuum analyses partitions, their parent never; before 18 ANALYZE cannot be told to leave the partitions alone.
  if analyzed < now() - interval '1 day' or exists (select from partition.actions a
    where a.set_id = analyze_parent.set_id and a.created > analyzed and a.action in ('attach', 'detach', 'reattach')) then
    execute format(case when current_setting('server_version_num')::integer >= 180000 then 'analyze only %s' else 'analyze %s' end, parent);
  end if;
end
$$;
comment on function partition.analyze_parent(uuid, regclass) is
  'Statistics of the whole table, when partitions have come or gone since the last ones, or a day has passed.';
