create or replace function partition.unmanage(target regclass) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  s partition.sets;
begin
  select * into s from partition.sets where to_regclass(table_name) = target;
  if s.id is null then
    return;
  elsif exists (select from partition.parts p where p.set_id = s.id and p.detached is not null) then
    raise exception 'partitions of % have left it', target using errcode = 'PN001',
      hint = 'What became of them is recorded with the table; let upkeep and retention leave it alone instead: plinth partition pause.';
  end if;
  execute format('drop trigger if exists refuse_move on %s', target);
  delete from partition.actions a where a.set_id = s.id;
  delete from partition.parts p where p.set_id = s.id;
  delete from partition.sets where id = s.id;
end
$$;
comment on function partition.unmanage(regclass) is
  'Takes back partition.manage(): the table is not looked after any more, its partitions stay as they are. For the way back of a migration. '
  'Nothing happens to a table that is not managed; refused with PN001 once partitions have left by retention.';
