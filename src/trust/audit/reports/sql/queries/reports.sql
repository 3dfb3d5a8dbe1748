-- name: report_operations
-- Operations whose action begins with one of these, newest first.
select e.created, e.user_id, e.database_user, e.tenant_id, e.action, e.target_type, e.target_id, e.is_success, e.purpose, e.details,
  count(*) over ()::int as total
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= :from::timestamptz and e.created < :to::timestamptz and e.kind = 'operation'
  and exists (select from unnest(:beginnings::text[]) as b where starts_with(e.action, b))
order by e.created desc, e.id desc
limit :limit;

-- name: report_data
-- Who read or changed data that is classified for a regulation, how often, and why.
select e.kind, e.user_id, e.database_user, e.tenant_id, e.target_id, e.action, e.purpose, count(*)::int as events,
  coalesce(sum(e.row_count), 0)::bigint as rows, min(e.created) as "first!", max(e.created) as "last!", count(*) over ()::int as total
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= :from::timestamptz and e.created < :to::timestamptz and e.kind = any(:kinds::text[])
  and e.compliance_flags @> array[:flag::text]
group by e.kind, e.user_id, e.database_user, e.tenant_id, e.target_id, e.action, e.purpose
order by rows desc, events desc, e.target_id
limit :limit;

-- name: report_memberships
-- Changes of who may work for whom.
select e.created, e.user_id, e.database_user, e.tenant_id, e.action, e.keys, e.row_count, count(*) over ()::int as total
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= :from::timestamptz and e.created < :to::timestamptz and e.kind = 'change' and e.target_id = any(:tables::text[])
order by e.created desc, e.id desc
limit :limit;

-- name: report_refusals
-- What was refused, to whom, how often.
select e.action, e.user_id, e.tenant_id, e.details ->> 'attempted' as attempted, count(*)::int as events, min(e.created) as "first!",
  max(e.created) as "last!", count(*) over ()::int as total
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= :from::timestamptz and e.created < :to::timestamptz and e.kind = 'operation' and not e.is_success
group by e.action, e.user_id, e.tenant_id, attempted
order by events desc, e.action
limit :limit;
