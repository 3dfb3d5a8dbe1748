-- name: summarise_hour
-- What the trail of one database says of one hour, by tenant and user.
select e.tenant_id, coalesce(e.user_id, '00000000-0000-0000-0000-000000000000') as user_id,
  count(*)::int as event_count, coalesce(sum(e.row_count), 0)::bigint as row_count,
  count(*) filter (where not e.is_success)::int as refused_count,
  count(*) filter (where e.action ~ '(^|[.-])export$')::int as export_count,
  coalesce(array_agg(distinct e.target_id) filter (where e.target_type = 'table'), '{}')::text[] as tables,
  coalesce(array_agg(distinct coalesce(nullif(e.origin ->> 'clientAddress', ''), host(e.client_address)))
    filter (where coalesce(nullif(e.origin ->> 'clientAddress', ''), host(e.client_address)) is not null), '{}')::text[] as addresses
from audit.events e
-- plinth:allow unpruned one hour, given as a parameter: other months are left out when it runs
where e.created >= :from::timestamptz and e.created < :to::timestamptz
group by 1, 2;

-- name: put_baselines
insert into audit.baselines (tenant_id, user_id, hour, event_count, row_count, refused_count, export_count, tables, addresses)
select r.tenant_id, r.user_id, :hour::timestamptz, r.event_count, r.row_count, r.refused_count, r.export_count, r.tables, r.addresses
from jsonb_to_recordset(:rows::jsonb) as r (tenant_id uuid, user_id uuid, event_count int, row_count bigint, refused_count int,
  export_count int, tables text[], addresses text[])
on conflict (tenant_id, user_id, hour) do update set event_count = excluded.event_count, row_count = excluded.row_count,
  refused_count = excluded.refused_count, export_count = excluded.export_count, tables = excluded.tables, addresses = excluded.addresses;

-- name: list_history
-- The hours before one, of those who were active in it; oldest first.
select b.tenant_id, b.user_id, b.hour, b.event_count, b.row_count, b.refused_count, b.export_count, b.tables, b.addresses
from audit.baselines b
join audit.baselines c on c.tenant_id = b.tenant_id and c.user_id = b.user_id and c.hour = :hour::timestamptz
where b.hour < :hour::timestamptz and b.hour >= :since::timestamptz
order by b.tenant_id, b.user_id, b.hour;

-- name: forget_baselines
delete from audit.baselines where hour < :before::timestamptz;

-- name: read_cursor
select reached from audit.cursors where name = :name;

-- name: oldest_event
select created from audit.events
-- plinth:allow unpruned months are read from the oldest on, until there is a row
order by created limit 1;

-- name: move_cursor
insert into audit.cursors (name, reached) values (:name, :reached)
on conflict (name) do update set reached = excluded.reached;

-- name: find_same
select id, observed, raised, is_told, expected_limit
from audit.anomalies
where tenant_id = :tenant_id and user_id = :user_id and kind = :kind and subject = :subject
for update;

-- name: insert_anomaly
insert into audit.anomalies (tenant_id, user_id, kind, subject, observed, usual, evidence, severity, occurrences, first_hour, last_hour, raised, is_told)
values (:tenant_id, :user_id, :kind, :subject, :observed, :usual, :evidence, :severity, 1, :hour, :hour, :hour, false);

-- name: repeat_anomaly
-- What was marked as expected stays so, unless it is raised again.
update audit.anomalies
set observed = :observed, usual = :usual, evidence = :evidence, severity = :severity, occurrences = occurrences + 1, last_hour = :hour,
  raised = case when :is_raised::boolean then :hour else raised end,
  is_told = is_told and not :is_raised::boolean,
  expected = case when not :is_raised::boolean then expected end,
  expected_by = case when not :is_raised::boolean then expected_by end,
  expected_because = case when not :is_raised::boolean then expected_because end,
  expected_limit = case when not :is_raised::boolean then expected_limit end
where id = :id;

-- name: list_untold
select id, tenant_id, user_id, kind, subject, evidence, severity from audit.anomalies where not is_told order by raised, id;

-- name: mark_told
update audit.anomalies set is_told = true where id = :id;

-- name: list_anomalies
select a.id, a.tenant_id, a.user_id, t.slug as "tenant?", u.email as "user_email?", a.kind, a.subject, a.observed, a.usual, a.evidence,
  a.severity, a.occurrences, a.first_hour, a.last_hour, a.expected, a.expected_by, a.expected_because
from audit.anomalies a
left join tenancy.tenants t on t.id = a.tenant_id
left join tenancy.users u on u.id = a.user_id
where :with_expected::boolean or a.expected is null
order by a.last_hour desc, a.id
limit :limit;

-- name: expect_anomaly
update audit.anomalies
set expected = now(), expected_by = :by, expected_because = :because, expected_limit = observed
where id = :id
returning tenant_id, kind;

-- name: unexpect_anomaly
update audit.anomalies
set expected = null, expected_by = null, expected_because = null, expected_limit = null
where id = :id and expected is not null
returning tenant_id, kind;
