-- For migrations and products; the application reads queues and does not make them.
create or replace function queue.declare_queue(name text, options jsonb default '{}') returns smallint
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  known constant text[] := array['group', 'pool', 'weights', 'sloMs', 'onOverload'];
  stranger text := (select k from jsonb_object_keys(options) k where k <> all (known) limit 1);
  found_id smallint;
begin
  if stranger is not null then
    raise exception 'queue.declare_queue(%): % is no option of a queue', name, stranger
      using errcode = '22023', hint = format('There are %s.', array_to_string(known, ', '));
  end if;
  -- A conflict would use up a number; there are 32,767.
  if not exists (select from queue.job_queues q where q.name = declare_queue.name) then
    insert into queue.job_queues (name) values (name) on conflict do nothing;
  end if;
  update queue.job_queues q
  set group_name = coalesce(options ->> 'group', q.group_name),
      pool = coalesce(options ->> 'pool', q.pool),
      weights = case when options ? 'weights' then array(select jsonb_array_elements_text(options -> 'weights')::integer) else q.weights end,
      slo_ms = case when options ? 'sloMs' then array(select jsonb_array_elements_text(options -> 'sloMs')::integer) else q.slo_ms end,
      on_overload = coalesce(options ->> 'onOverload', q.on_overload),
      updated = now()
  where q.name = declare_queue.name and options <> '{}';
  select q.id into strict found_id from queue.job_queues q where q.name = declare_queue.name;
  return found_id;
end
$$;
comment on function queue.declare_queue(text, jsonb) is
  'Makes a queue, or changes what is said here of one that is there: group, pool, weights, sloMs, onOverload. Gives its id.';
