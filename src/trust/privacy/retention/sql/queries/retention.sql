-- name: list_rules
select r.tenant_id, r.tier, r.schema_name, r.table_name, r.aged_by, r.keep::text as "keep?", r.method, r.anonymised, r.basis
  from privacy.retention_rules r order by 2, 3, 4, 1;

-- name: find_cutoff
select :due::timestamptz - :keep::text::interval as "cutoff!";

-- name: begin_run
insert into privacy.retention_runs (id, due) values (:id, :due) on conflict do nothing;

-- name: find_run
select r.id, r.due from privacy.retention_runs r where r.completed is null;

-- name: complete_run
update privacy.retention_runs set certificate = :certificate::json, completed = :completed where id = :id;

-- name: note_step
-- What was found first stands.
insert into privacy.retention_steps as s (run_id, place, scope, method, cutoff, due_count, kept_by)
values (:run_id, :place, :scope, :method, :cutoff, :due_count, :kept_by?)
on conflict (run_id, place, scope) do update set due_count = greatest(s.due_count, excluded.due_count), kept_by = excluded.kept_by;

-- name: list_steps
select s.place, s.scope, s.method, s.cutoff, s.due_count, s.kept_by from privacy.retention_steps s where s.run_id = :run_id order by 1, 2;
