-- name: intend_effects
-- The rows as they are afterwards, by their place from 1; is_new where this run began it. Of two runs at once one begins it. None where it was
-- begun by a transaction that this one does not see yet.
-- plinth:allow unpruned each job lies in its own month, found by the key when it runs
with asked as materialized (
  select a.*, row_number() over (partition by a.tenant_id, a.job_id, a.name order by a.place) = 1 as is_first
    from unnest(:tenant_ids::uuid[], :job_ids::uuid[], :names::text[], :worker_ids::uuid[], :attempts::smallint[]) with ordinality
      a (tenant_id, job_id, name, worker_id, attempt, place)
), begun as (
  insert into queue.job_effects (tenant_id, job_id, name, worker_id, attempt)
  select a.tenant_id, a.job_id, a.name, a.worker_id, a.attempt from asked a where a.is_first
  on conflict do nothing
  returning tenant_id, job_id, name, worker_id, attempt, intended)
select a.place::int as "place!", b.worker_id as "worker_id!", b.attempt as "attempt!", b.intended as "intended!", null::timestamptz as answered,
       null::jsonb as answer, true as "is_new!"
  from asked a join begun b on b.tenant_id = a.tenant_id and b.job_id = a.job_id and b.name = a.name where a.is_first
union all
select a.place::int, e.worker_id, e.attempt, e.intended, e.answered, e.answer, false
  from asked a, lateral (select x.* from queue.job_effects x where x.tenant_id = a.tenant_id and x.job_id = a.job_id and x.name = a.name offset 0) e;

-- name: intend_effect_again
update queue.job_effects e set worker_id = :worker_id, attempt = :attempt, intended = now()
 where e.tenant_id = :tenant_id and e.job_id = :job_id and e.name = :name
   and e.answered is null and e.worker_id = :known_worker_id and e.attempt = :known_attempt;

-- name: answer_effects
-- plinth:allow unpruned each job lies in its own month, found by the key when it runs
update queue.job_effects e set answered = now(), answer = a.answer::jsonb
  from unnest(:tenant_ids::uuid[], :job_ids::uuid[], :names::text[], :answers::text[]) a (tenant_id, job_id, name, answer)
 where e.tenant_id = a.tenant_id and e.job_id = a.job_id and e.name = a.name and e.answered is null;

-- name: withdraw_effect
delete from queue.job_effects e
 where e.tenant_id = :tenant_id and e.job_id = :job_id and e.name = :name and e.answered is null
   and e.worker_id = :worker_id and e.attempt = :attempt;

-- name: finish_in_transaction
select queue.finish_in_transaction(:lease, :place, :duration_ms, :result?::jsonb, :log::jsonb) as "is_ours!";

-- name: has_ended
select queue.has_ended(:lease, :tenant_id, :job_id, :run) as "has_ended!";

-- name: keep_lines
insert into queue.job_logs (tenant_id, job_id, attempt, line, logged, level, message, fields)
select :tenant_id, :job_id, :attempt, g.line, clock_timestamp() - make_interval(secs => g.age_ms / 1000.0), g.level, g.message, g.fields
  from jsonb_to_recordset(:log::jsonb) g(line smallint, age_ms float8, level text, message text, fields jsonb)
    on conflict do nothing;
