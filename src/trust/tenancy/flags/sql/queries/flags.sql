-- name: list_flags
-- Each with its latest step and how its work ended in the last five minutes, as far as they are of that step.
select f.name, f.meaning, s.number, s.ring, s.cause, s.changed_by, s.reason as "reason?", s.every_minutes as "every_minutes?",
       s.usual_rate as "usual_rate?", s.created, coalesce(now() >= s.created + make_interval(mins => s.every_minutes), false) as "is_due!",
       coalesce(o.on_calls, 0)::int8 as on_calls, coalesce(o.on_failures, 0)::int8 as on_failures,
       coalesce(o.off_calls, 0)::int8 as off_calls, coalesce(o.off_failures, 0)::int8 as off_failures
  from tenancy.flags f
 cross join lateral (select * from tenancy.flag_steps l where l.flag_name = f.name order by l.number desc limit 1) s
  left join lateral (
    select sum(u.calls) filter (where u.is_active) as on_calls, sum(u.failures) filter (where u.is_active) as on_failures,
           sum(u.calls) filter (where not u.is_active) as off_calls, sum(u.failures) filter (where not u.is_active) as off_failures
      from tenancy.flag_outcomes u
     where u.flag_name = f.name and u.step_number = s.number and u.minute > now() - interval '5 minutes') o on true
 order by f.name;

-- name: insert_flag
-- None when there is one of that name.
insert into tenancy.flags (name, meaning) values (:name, :meaning) on conflict do nothing;

-- name: insert_step
-- None when another step was taken in between.
insert into tenancy.flag_steps (flag_name, number, ring, cause, changed_by, reason, every_minutes, usual_rate)
values (:flag_name, :number, :ring, :cause, :changed_by, :reason?, :every_minutes?, :usual_rate?)
on conflict do nothing;

-- name: list_steps
select s.number, s.ring, s.cause, s.changed_by, s.reason as "reason?", s.every_minutes as "every_minutes?", s.created
  from tenancy.flag_steps s where s.flag_name = :flag_name order by s.number desc limit 100;

-- name: add_outcomes
-- In one order, so that processes that report at the same time never wait for each other in a circle.
insert into tenancy.flag_outcomes as o (flag_name, step_number, minute, is_active, calls, failures)
select r.flag_name, r.step_number, date_trunc('minute', now()), r.is_active, r.calls, r.failures
  from unnest(:flag_names::text[], :step_numbers::integer[], :are_on::boolean[], :calls::int8[], :failures::int8[])
    as r (flag_name, step_number, is_active, calls, failures)
 order by 1, 2, 4
on conflict on constraint flag_outcomes_flag_name_step_number_minute_is_active_pk do update
set calls = o.calls + excluded.calls, failures = o.failures + excluded.failures;

-- name: delete_old_outcomes
delete from tenancy.flag_outcomes o where o.minute < now() - interval '1 hour';
