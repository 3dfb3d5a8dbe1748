-- One job, from SQL. The platform writes many with a statement of its own; what is said here has to agree with it.
create or replace function queue.put_job(tenant uuid, job uuid, queue_name text, job_type text, band smallint, payload_version smallint, max_attempts smallint,
  payload jsonb, due timestamptz, follow jsonb, trace text) returns boolean
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  begins constant timestamptz := greatest(due, now());
begin
  insert into queue.jobs (tenant_id, id, queue_name, job_type, band, payload_version, max_attempts, payload, due, follow, trace)
    values (tenant, job, put_job.queue_name, put_job.job_type, put_job.band, put_job.payload_version, put_job.max_attempts, put_job.payload, begins,
      put_job.follow, put_job.trace)
    on conflict on constraint jobs_tenant_id_id_queue_name_pk do nothing;
  if not found then
    return false;
  end if;
  if begins > now() then
    insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
      select begins, job, tenant, q.id, t.id, put_job.band
      from queue.job_queues q, queue.job_types t where q.name = put_job.queue_name and t.name = put_job.job_type;
  else
    insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
      select s.slot, q.id, put_job.band, t.id, begins, tenant, job
      from queue.job_queues q, queue.job_types t, queue.ready_slots s where q.name = put_job.queue_name and t.name = put_job.job_type;
  end if;
  return true;
end
$$;
comment on function queue.put_job(uuid, uuid, text, text, smallint, smallint, smallint, jsonb, timestamptz, jsonb, text) is
  'Writes a job and where it waits, in the rights of the caller; false where it was there already.';

create or replace function queue.enqueue(queue_name text, job_type text, payload jsonb default '{}', due timestamptz default null, band text default null,
  max_attempts integer default null, id uuid default null, tenant_id uuid default null, trace text default null) returns uuid
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  bands constant text[] := array['critical', 'high', 'normal', 'low', 'background'];
  kind queue.job_types;
  place queue.job_queues;
  position_of_band smallint;
  job constant uuid := coalesce(enqueue.id, uuidv7());
  tenant constant uuid := coalesce(enqueue.tenant_id, tenancy.current_tenant_id('member'), '00000000-0000-0000-0000-000000000000');
  outcome record;
begin
  select t.* into kind from queue.job_types t where t.name = enqueue.job_type;
  if kind is null then
    raise exception 'queue.enqueue: no process has ever defined the job type %', coalesce(enqueue.job_type, 'null')
      using errcode = 'PQ001', hint = 'Define it in the product: queue.define({ name, queue, … }).';
  end if;
  select q.* into place from queue.job_queues q where case when enqueue.queue_name is null then q.id = kind.queue_id else q.name = enqueue.queue_name end;
  if place is null then
    raise exception 'queue.enqueue: there is no queue %', enqueue.queue_name
      using errcode = 'PQ002', hint = 'Declare it with queue.declare_queue, or give null for the queue of the job type.';
  end if;
  position_of_band := coalesce(array_position(bands, enqueue.band) - 1, case when enqueue.band is null then kind.band end);
  if position_of_band is null then
    raise exception 'queue.enqueue: % is no band', enqueue.band using errcode = '22023', hint = format('There are %s.', array_to_string(bands, ', '));
  end if;
  if uuid_extract_version(job) is distinct from 7 then
    raise exception 'queue.enqueue: % is no uuid of version 7', job using errcode = '22023', hint = 'Make it with uuidv7(), or leave it out.';
  end if;
  if enqueue.due > now() + interval '366 days' then
    raise exception 'queue.enqueue: % is more than 366 days away', enqueue.due using errcode = '22023', hint = 'A schedule can wait that long.';
  end if;
  if kind.unique_scope is null then
    perform queue.put_job(tenant, job, place.name, kind.name, position_of_band, kind.payload_version,
      coalesce(enqueue.max_attempts::smallint, kind.max_attempts), coalesce(enqueue.payload, '{}'), enqueue.due, null, enqueue.trace);
    select job as job_id, 'made' as verdict into outcome;
  else
    select s.job_id, s.verdict into outcome
    from queue.put_unique_job(tenant, job, place.name, kind.name, position_of_band, kind.payload_version,
      coalesce(enqueue.max_attempts::smallint, kind.max_attempts), coalesce(enqueue.payload, '{}'), enqueue.due, enqueue.trace) s;
    if outcome.verdict = 'reject' then
      raise exception 'queue.enqueue: the job % of type % has the same key', outcome.job_id, kind.name
        using errcode = 'PQ003', hint = 'The type is defined to reject others until it has ended.';
    end if;
  end if;
  if coalesce(enqueue.due <= now(), true) then
    perform pg_notify('plinth_queue', place.id::text);
  end if;
  return outcome.job_id;
end
$$;
comment on function queue.enqueue(text, text, jsonb, timestamptz, text, integer, uuid, uuid, text) is
  'Puts a job into its queue with the transaction of the caller, as the tenant of its context, else as the platform''s own; gives its id. Null for '
  'the queue: that of the job type. A payload is not compared with the schema that its job type has in code.';
