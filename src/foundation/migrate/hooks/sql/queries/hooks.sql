-- name: begin_hook
insert into migrate.hook_calls (id, run_id, hook, checksum, point, subject) values (:id, :run_id, :hook, :checksum, :point, :subject);

-- name: end_hook
update migrate.hook_calls set outcome = :outcome, error = :error?, completed = clock_timestamp() where id = :id;
