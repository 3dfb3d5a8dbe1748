-- The event trigger itself takes a superuser and is made by the runner where it has one.
create function migrate.refuse_rewrite() returns event_trigger
language plpgsql set search_path = pg_catalog as $$
declare
  rewritten oid := pg_event_trigger_table_rewrite_oid();
  -- Set by the runner in its own session; nobody else is refused anything.
  limit_bytes bigint := nullif(current_setting('plinth.rewrite_limit_bytes', true), '')::bigint;
  allowed text[] := string_to_array(nullif(current_setting('plinth.rewrites_allowed', true), ''), E'\n');
  size_bytes bigint := pg_table_size(rewritten);
  name text;
begin
  if limit_bytes is null or size_bytes <= limit_bytes then
    return;
  end if;
  select format('%I.%I', n.nspname, c.relname) into name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = rewritten;
  if name = any(allowed) then
    return;
  end if;
  raise exception '% would be rewritten: % bytes under ACCESS EXCLUSIVE, and the plan does not name it', name, size_bytes
    using errcode = 'PL001', hint = 'Rehearse the plan so that it names the table, or change the type in steps.';
end $$;
comment on function migrate.refuse_rewrite() is 'Stops a run that would rewrite a large table which its rehearsed plan does not name; also from dynamic SQL.';
