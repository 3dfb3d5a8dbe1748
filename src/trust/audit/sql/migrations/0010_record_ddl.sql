--! tiers: oltp, content, queue, olap
-- Changes of the schema, whoever makes them and with whatever program. The event triggers themselves take a superuser, whom a migration is
-- not: migrate makes them after its runs, where it may, and these functions become his. What the triggers of tracked tables name may be gone by
-- such a change, so they follow it in its transaction, made by audit.follow() as the owner: never as a superuser, whatever became of that function.

create function audit.record_ddl() returns event_trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Comments change nothing, and a migration has many.
  changed constant jsonb := (
    select jsonb_agg(jsonb_build_object('type', c.object_type, 'name', c.object_identity) order by c.object_identity)
    from pg_event_trigger_ddl_commands() c
    where c.schema_name is distinct from 'pg_temp' and not c.in_extension and c.command_tag <> 'COMMENT'
  );
  altered constant oid[] := array(
    select c.objid from pg_event_trigger_ddl_commands() c where c.classid = 'pg_class'::regclass
    union
    select r.oid from pg_event_trigger_ddl_commands() c join pg_class r on r.relnamespace = c.objid
      where c.classid = 'pg_namespace'::regclass and c.command_tag = 'ALTER SCHEMA'
  );
begin
  if changed is not null then
    insert into audit.events (kind, action, target_type, target_id, row_count, details)
    values ('operation', 'ddl.' || replace(lower(tg_tag), ' ', '-'), changed -> 0 ->> 'type', changed -> 0 ->> 'name', jsonb_array_length(changed),
      jsonb_build_object('objects', jsonb_path_query_array(changed, '$[0 to 99]')));
  end if;
  if exists (select from pg_trigger g where g.tgrelid = any (altered) and g.tgname = 'plinth_audit_insert') then
    begin
      perform audit.follow(altered) from pg_proc p where p.oid = 'audit.follow(oid[])'::regprocedure and p.prosecdef;
    exception when others then
      raise warning 'triggers of the trail have not followed, and writes may fail: %', sqlerrm using hint = 'select audit.refresh();';
    end;
  end if;
exception when others then
  -- The trail is itself mended by changes of the schema, such as the partition whose lack keeps an event out.
  raise warning 'a change of the schema is not in the trail: %', sqlerrm;
end
$$;
comment on function audit.record_ddl() is 'Writes what a statement made, changed or granted into the trail, in its transaction; triggers of tracked tables follow it.';
revoke execute on function audit.record_ddl() from public;

create function audit.record_drop() returns event_trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  dropped constant jsonb := (
    select jsonb_agg(jsonb_build_object('type', d.object_type, 'name', d.object_identity) order by d.object_identity)
    from pg_event_trigger_dropped_objects() d
    where d.original and not d.is_temporary
  );
  -- Columns also go with their type, their domain, an extension.
  altered constant oid[] := array(select d.objid from pg_event_trigger_dropped_objects() d where d.object_type = 'table column');
begin
  if dropped is not null then
    insert into audit.events (kind, action, target_type, target_id, row_count, details)
    values ('operation', 'ddl.' || replace(lower(tg_tag), ' ', '-'), dropped -> 0 ->> 'type', dropped -> 0 ->> 'name', jsonb_array_length(dropped),
      jsonb_build_object('objects', jsonb_path_query_array(dropped, '$[0 to 99]')));
  end if;
  if exists (select from pg_trigger g where g.tgrelid = any (altered) and g.tgname = 'plinth_audit_insert') then
    begin
      perform audit.follow(altered) from pg_proc p where p.oid = 'audit.follow(oid[])'::regprocedure and p.prosecdef;
    exception when others then
      raise warning 'triggers of the trail have not followed, and writes may fail: %', sqlerrm using hint = 'select audit.refresh();';
    end;
  end if;
exception when others then
  raise warning 'a change of the schema is not in the trail: %', sqlerrm;
end
$$;
comment on function audit.record_drop() is 'Writes what a statement dropped into the trail, in its transaction; triggers of tracked tables follow it.';
revoke execute on function audit.record_drop() from public;
