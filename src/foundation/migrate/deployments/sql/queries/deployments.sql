-- name: list_runs_since
select r.id, r.command, r.outcome, r.started, r.completed from migrate.runs r where r.started >= :since order by r.started, r.id;

-- name: list_deployed
-- Migrations by the run of their last attempt.
select m.run_id, m.source, m.name, m.state, m.applied, m.attempts, m.lock_wait_ms
  from migrate.migrations m join migrate.runs r on r.id = m.run_id
 where r.started >= :since
 order by m.source, m.name, m.tier;
