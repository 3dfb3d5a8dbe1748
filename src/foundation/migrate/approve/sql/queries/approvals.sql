-- name: list_approvals
-- Given for an environment and not replaced, newest first.
select id, plan_hash, environment, evidence, plan, approver, role, authors, reason, is_signed, created, expires
  from migrate.approvals
 where environment = :environment and voided is null
 order by created desc, id desc
 limit 100;

-- name: replace_approvals
update migrate.approvals set voided = :now, voided_because = 'given again'
 where environment = :environment and lower(approver) = lower(:approver) and voided is null;

-- name: save_approval
insert into migrate.approvals (id, plan_hash, environment, evidence, plan, approver, role, authors, reason, is_signed, created, expires)
values (:id, :plan_hash, :environment, :evidence, :plan, :approver, :role, :authors::text[], :reason, :is_signed, :created, :expires);
