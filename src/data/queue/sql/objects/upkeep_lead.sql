create or replace function queue.begin_term(leader_name text, holder_id uuid, lasts_ms integer) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  begun bigint;
begin
  insert into queue.queue_leaders (name, term, holder, expires) values (leader_name, 0, holder_id, clock_timestamp()) on conflict do nothing;
  -- Waits for what the leader before has under way: nothing of an older term commits after this.
  perform from queue.queue_leaders l where l.name = leader_name for update;
  update queue.queue_leaders l
     set term = l.term + 1, holder = holder_id, taken = clock_timestamp(), expires = clock_timestamp() + lasts_ms * interval '1 ms'
   where l.name = leader_name
   returning l.term into strict begun;
  return begun;
end
$$;
comment on function queue.begin_term(text, uuid, integer) is
  'Begins the next term of a lead for the process that has its lock. Returns its number; whatever was begun under an earlier one has ended.';
