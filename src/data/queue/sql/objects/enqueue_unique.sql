-- In plpgsql, whose expressions need no executor: as a query of its own it would be most of what a unique job costs.
create or replace function queue.unique_hash(job_type text, fields text[], payload jsonb) returns uuid
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  key jsonb := case when fields = '{}' then payload else '[]' end;
  path text;
begin
  foreach path in array fields loop
    key := key || jsonb_build_array(payload #> string_to_array(path, '.'));
  end loop;
  return encode(substr(sha256(convert_to(job_type || E'\n' || key, 'UTF8')), 1, 16), 'hex')::uuid;
end
$$;
comment on function queue.unique_hash(text, text[], jsonb) is 'The key of a unique job, as it stands in job_unique_keys.';

create or replace function queue.hold_waiting(tenant uuid, job uuid) returns boolean
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  found_job record;
begin
  select q.id as queue_id, j.band, j.due into found_job
  from queue.jobs j join queue.job_queues q on q.name = j.queue_name
  where j.tenant_id = tenant and j.id = job;
  if found_job is null then
    return false;
  end if;
  -- Ready comes last: all the others move on to there.
  perform from queue.job_delayed d where d.due = found_job.due and d.id = job and d.reason = 'scheduled' for update;
  if found then return true; end if;
  perform from queue.job_parked p where p.tenant_id = tenant and p.due = found_job.due and p.id = job and p.attempt = 0 for update;
  if found then return true; end if;
  perform from queue.job_blocked b where b.tenant_id = tenant and b.id = job for update;
  if found then return true; end if;
  perform from queue.job_ready r
  where r.slot in (0, 1, 2) and r.queue_id = found_job.queue_id and r.band = found_job.band and r.tenant_id = tenant and r.due = found_job.due and r.id = job
    and r.attempt = 0
  for update;
  return found;
end
$$;
comment on function queue.hold_waiting(uuid, uuid) is
  'Whether a job waits for its first run; if so, no worker takes it before this transaction has ended. Waits for a claim that is about to commit.';

create or replace function queue.settle_unique(tenant uuid, job uuid, queue_name text, job_type text, band smallint, payload_version smallint,
  max_attempts smallint, payload jsonb, due timestamptz, trace text, out job_id uuid, out verdict text)
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  kind queue.job_types;
  held queue.job_unique_keys;
  hash uuid;
  until timestamptz;
  follow jsonb;
  is_waiting boolean;
  is_held boolean;
begin
  -- One that is there already has had its key.
  if exists (select from queue.jobs j where j.tenant_id = tenant and j.id = job and j.queue_name = settle_unique.queue_name) then
    job_id := job;
    verdict := 'skip';
    return;
  end if;
  select t.* into strict kind from queue.job_types t where t.name = settle_unique.job_type;
  hash := queue.unique_hash(kind.name, kind.unique_fields, settle_unique.payload);
  until := case when kind.unique_scope = 'time' then clock_timestamp() + kind.unique_ms * interval '1 millisecond' end;
  follow := case when kind.unique_scope <> 'time' then jsonb_build_object('unique', hash) end;
  loop
    select k.* into held from queue.job_unique_keys k where k.tenant_id = tenant and k.key_hash = hash for update;
    if held is null then
      -- It was released a moment ago.
      insert into queue.job_unique_keys (tenant_id, key_hash, job_id, scope, expires) values (tenant, hash, job, kind.unique_scope, until)
        on conflict do nothing;
      continue when not found;
    else
      is_waiting := queue.hold_waiting(tenant, held.job_id);
      is_held := case
        -- What may run already cannot be given another payload, and that one must not be lost.
        when kind.on_conflict in ('replace', 'reschedule') then is_waiting and (held.scope <> 'time' or held.expires > clock_timestamp())
        when held.scope = 'waiting' then is_waiting
        when held.scope = 'time' then held.expires > clock_timestamp()
        else exists (select from queue.jobs j where j.tenant_id = tenant and j.id = held.job_id and j.status = 'open')
      end;
      if is_held then
        job_id := held.job_id;
        verdict := kind.on_conflict;
        if verdict in ('replace', 'reschedule') then
          update queue.jobs j set payload = settle_unique.payload, payload_version = settle_unique.payload_version
            where j.tenant_id = tenant and j.id = held.job_id;
        end if;
        if verdict = 'reschedule' then
          perform queue.reschedule(tenant, held.job_id, settle_unique.due);
        end if;
        return;
      end if;
      update queue.job_unique_keys k set job_id = job, scope = kind.unique_scope, taken = clock_timestamp(), expires = until
        where k.tenant_id = tenant and k.key_hash = hash;
    end if;
    perform queue.put_job(tenant, job, settle_unique.queue_name, kind.name, settle_unique.band, settle_unique.payload_version, settle_unique.max_attempts,
      settle_unique.payload, settle_unique.due, follow, settle_unique.trace);
    job_id := job;
    verdict := 'made';
    return;
  end loop;
end
$$;
comment on function queue.settle_unique(uuid, uuid, text, text, smallint, smallint, smallint, jsonb, timestamptz, text) is
  'Writes a unique job whose key seemed to be taken, or does with it what its type says of a conflict: verdict made, skip, replace, reschedule or reject. '
  'Takes the key for this transaction, and a job that waits from the workers.';

create or replace function queue.reschedule(tenant uuid, job uuid, due timestamptz) returns void
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  begins constant timestamptz := greatest(reschedule.due, now());
  found_job record;
begin
  select q.id as queue_id, t.id as type_id, j.band, j.due into strict found_job
  from queue.jobs j join queue.job_queues q on q.name = j.queue_name join queue.job_types t on t.name = j.job_type
  where j.tenant_id = tenant and j.id = job;
  delete from queue.job_delayed d where d.due = found_job.due and d.id = job and d.reason = 'scheduled';
  if not found then
    delete from queue.job_ready r
    where r.slot in (0, 1, 2) and r.queue_id = found_job.queue_id and r.band = found_job.band and r.tenant_id = tenant and r.due = found_job.due and r.id = job
      and r.attempt = 0;
  end if;
  -- What is held by something else stays there, and keeps its place.
  if not found then
    return;
  end if;
  update queue.jobs j set due = begins where j.tenant_id = tenant and j.id = job;
  if begins > now() then
    insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band)
      values (begins, job, tenant, found_job.queue_id, found_job.type_id, found_job.band);
  else
    insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
      select s.slot, found_job.queue_id, found_job.band, found_job.type_id, begins, tenant, job from queue.ready_slots s;
  end if;
end
$$;
comment on function queue.reschedule(uuid, uuid, timestamptz) is 'Makes a job that waits for its first run due at another time; null: now. Nothing where it runs or has run.';

create or replace function queue.settle_own_unique(job uuid, queue_name text, job_type text, band smallint, payload_version smallint, max_attempts smallint,
  payload jsonb, due timestamptz, trace text, out job_id uuid, out verdict text)
language plpgsql volatile security definer parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
  tenant constant uuid := tenancy.current_tenant_id('member');
begin
  if tenant is null then
    raise exception 'queue: there is no tenant whose member may enqueue' using errcode = '42501', hint = 'Enqueue inside tenancy.run.';
  end if;
  select s.job_id, s.verdict into job_id, verdict
  from queue.settle_unique(tenant, job, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace) s;
end
$$;
comment on function queue.settle_own_unique(uuid, text, text, smallint, smallint, smallint, jsonb, timestamptz, text) is
  'queue.settle_unique for the tenant of the context, in the rights of the owner: the application changes no job and no key by itself.';

create or replace function queue.put_unique_job(tenant uuid, job uuid, queue_name text, job_type text, band smallint, payload_version smallint,
  max_attempts smallint, payload jsonb, due timestamptz, trace text, out job_id uuid, out verdict text)
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
begin
  if has_table_privilege('queue.job_unique_keys', 'update') then
    select s.job_id, s.verdict into job_id, verdict
    from queue.settle_unique(tenant, job, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace) s;
  else
    select s.job_id, s.verdict into job_id, verdict
    from queue.settle_own_unique(job, queue_name, job_type, band, payload_version, max_attempts, payload, due, trace) s;
  end if;
end
$$;
comment on function queue.put_unique_job(uuid, uuid, text, text, smallint, smallint, smallint, jsonb, timestamptz, text) is
  'queue.settle_unique, in whatever rights the caller needs for it.';

create or replace function queue.release_unique(tenants uuid[], hashes uuid[], jobs uuid[]) returns void
language sql volatile parallel unsafe
begin atomic
  delete from queue.job_unique_keys k
  using unnest(tenants, hashes, jobs) as g (tenant, hash, job)
  where k.tenant_id = g.tenant and k.key_hash = g.hash and k.job_id = g.job;
end;
comment on function queue.release_unique(uuid[], uuid[], uuid[]) is
  'Gives back the keys of jobs that have ended, as jobs.follow ->> ''unique'' names them; one that another job has taken over stays.';

create or replace function queue.sweep_unique(most integer default 10000) returns bigint
language sql volatile parallel unsafe
begin atomic
  with expired as materialized (
    select k.tenant_id, k.key_hash from queue.job_unique_keys k where k.expires < now() order by k.expires limit most for update skip locked
  ), gone as (
    delete from queue.job_unique_keys k using expired e where k.tenant_id = e.tenant_id and k.key_hash = e.key_hash returning 1
  )
  select count(*) from gone;
end;
comment on function queue.sweep_unique(integer) is 'Removes keys that have expired; gives their number. They are free without it: it keeps the table small.';
