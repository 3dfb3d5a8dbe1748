-- name: intend_effect
-- The row as it is afterwards; is_new where this run began it. Of two runs at once one begins it.
with begun as (
  insert into queue.job_effects (tenant_id, job_id, name, worker_id, attempt)
  values (:tenant_id, :job_id, :name, :worker_id, :attempt)
  on conflict do nothing
  returning worker_id, attempt, intended, answered, answer)
select b.worker_id as "worker_id!", b.attempt as "attempt!", b.intended as "intended!", b.answered, b.answer, true as "is_new!" from begun b
union all
select e.worker_id, e.attempt, e.intended, e.answered, e.answer, false from queue.job_effects e
 where e.tenant_id = :tenant_id and e.job_id = :job_id and e.name = :name and not exists (select from begun);

-- name: intend_effect_again
update queue.job_effects e set worker_id = :worker_id, attempt = :attempt, intended = now()
 where e.tenant_id = :tenant_id and e.job_id = :job_id and e.name = :name
   and e.answered is null and e.worker_id = :known_worker_id and e.attempt = :known_attempt;

-- name: answer_effect
update queue.job_effects e set answered = now(), answer = :answer::jsonb
 where e.tenant_id = :tenant_id and e.job_id = :job_id and e.name = :name and e.answered is null;

-- name: withdraw_effect
delete from queue.job_effects e
 where e.tenant_id = :tenant_id and e.job_id = :job_id and e.name = :name and e.answered is null
   and e.worker_id = :worker_id and e.attempt = :attempt;
