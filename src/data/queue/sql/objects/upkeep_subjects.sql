create or replace function queue.is_about(payload jsonb, subject_fields jsonb, identifiers jsonb, tenant uuid) returns boolean
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from jsonb_each_text(subject_fields) f(field, kind)
      join jsonb_to_recordset(identifiers) k(kind text, value text, "tenantId" uuid) on k.kind = f.kind and coalesce(k."tenantId" = tenant, true)
      cross join lateral (select payload #> string_to_array(f.field, '.') as found) p
      cross join lateral jsonb_array_elements(case jsonb_typeof(p.found) when 'array' then p.found else jsonb_build_array(p.found) end) e(item)
      cross join lateral (select e.item #>> '{}' as said) s
     where k.value = case f.kind
       when 'email' then lower(btrim(regexp_replace(s.said, '^.*<([^<>]*)>[^<>]*$', '\1')))
       when 'phone' then regexp_replace(regexp_replace(s.said, '^\s*00', ''), '\D', '', 'g')
       else s.said end)
$$;
comment on function queue.is_about(jsonb, jsonb, jsonb, uuid) is
  'Whether a payload names one of these people in the fields that its job type says: [{"kind", "value", "tenantId"?}, …], values in the form in which '
  'privacy compares them. A field may hold several.';

create or replace function queue.history_of(tenant uuid, job uuid) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(to_jsonb(j), '{}') || jsonb_build_object(
    'tenant_id', tenant, 'id', job,
    'state', (select s.state from queue.job_states s where s.tenant_id = tenant and s.id = job),
    'results', (select jsonb_agg(to_jsonb(r) - '{tenant_id,job_id}'::text[] order by r.attempt)
                  from queue.job_results r where r.tenant_id = tenant and r.job_id = job),
    'logs', (select jsonb_agg(to_jsonb(g) - '{tenant_id,job_id}'::text[] order by g.attempt, g.line)
               from queue.job_logs g where g.tenant_id = tenant and g.job_id = job),
    'effects', (select jsonb_agg(to_jsonb(e) - '{tenant_id,job_id}'::text[] order by e.intended)
                  from queue.job_effects e where e.tenant_id = tenant and e.job_id = job),
    'details', (select jsonb_object_agg(d.kept_in, d.details) from queue.details_of(array[tenant], array[job]) d),
    'deadLetter', (select to_jsonb(d) - '{tenant_id,job_id}'::text[] - case when j.id is null then '' else 'payload' end
                     from queue.dead_letter_jobs d where d.tenant_id = tenant and d.job_id = job))
    from (select) one left join queue.jobs j on j.tenant_id = tenant and j.id = job
$$;
comment on function queue.history_of(uuid, uuid) is 'All that is known of a job: the record, its runs, what they said, kept beside it and did outside, and its dead letter.';
revoke execute on function queue.history_of(uuid, uuid) from public;

create or replace function queue.erase_jobs(tenant_ids uuid[], job_ids uuid[]) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  lease queue.job_leases;
  kept queue.job_leases;
begin
  for lease in
    select l.* from queue.job_leases l
     where l.finished is null and exists (select from unnest(l.items) i where i.id = any (job_ids)) order by l.id for update
  loop
    kept := lease;
    kept.cancelled := job_ids;
    kept := queue.end_marked(kept, 'It was erased.');
    update queue.job_leases l
       set items = queue.without_places(kept.items, array(
             select i.place::integer from unnest(kept.items) with ordinality i(tenant_id, id, due, band, type_id, attempt, crash_count, place)
              where i.id = any (job_ids))),
           cancelled = nullif(array(select c from unnest(lease.cancelled) c where c <> all (job_ids)), '{}')
     where l.id = lease.id;
  end loop;
  perform count(*) from queue.cancel_waiting(
    row(job_ids, null, null, null, null, null)::queue.job_filter, '{waiting,scheduled,retrying,parked,blocked}', cardinality(job_ids));
  return queue.forget_jobs(tenant_ids, job_ids);
end
$$;
comment on function queue.erase_jobs(uuid[], uuid[]) is
  'Removes jobs wherever they are, running ones too, with all that is kept about them: what their workers say of them later is refused. Gives how many.';
revoke execute on function queue.erase_jobs(uuid[], uuid[]) from public;
