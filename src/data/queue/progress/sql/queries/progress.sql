-- name: write_progress
insert into queue.job_progress (tenant_id, job_id, done, total, note)
select g.tenant_id, g.job_id, g.done, g.total, nullif(g.note, '')
from unnest(:tenant_ids::uuid[], :job_ids::uuid[], :done::bigint[], :totals::bigint[], :notes::text[]) g (tenant_id, job_id, done, total, note)
order by g.tenant_id, g.job_id
on conflict (tenant_id, job_id) do update set done = excluded.done, total = excluded.total, note = excluded.note, said = now();

-- name: read_progress
select p.done, p.total, p.note, p.said from queue.job_progress p where p.tenant_id = :tenant_id and p.job_id = :job_id;
