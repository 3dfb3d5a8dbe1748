-- name: list_events
-- Newest first. A parameter that is null asks for nothing.
select e.id, e.created, (extract(epoch from e.created) * 1000000)::int8 as "created_us!", e.tenant_id, e.kind, e.action, e.is_success, e.target_type, e.target_id, e.row_count, e.keys, e.user_id, e.member_role,
  e.database_user, e.application_name, host(e.client_address) as client_address, e.origin, e.purpose, e.duration_ms, e.complexity_score,
  e.classification, e.compliance_flags, e.details
from audit.events e
-- plinth:allow unpruned the time is a parameter: months outside are left out when it runs
where e.created >= :from::timestamptz and e.created < :to::timestamptz
  and (:before_us?::int8 is null or (e.created, e.id) < ('epoch'::timestamptz + :before_us?::int8 * interval '1 microsecond', :before_id?::int8))
  and (:tenant_ids?::uuid[] is null or e.tenant_id = any(:tenant_ids?::uuid[]))
  and (:user_id?::uuid is null or e.user_id = :user_id?::uuid)
  and (:kind?::text is null or e.kind = :kind?)
  and (:action?::text is null or starts_with(e.action, :action?))
  and (:target?::text is null or e.target_id = :target?)
  and (:success?::boolean is null or e.is_success = :success?)
order by e.created desc, e.id desc
limit :limit;

-- name: list_who_saw
-- Events about one key, newest first: what read it, and who changed it knew it as well.
select e.id, e.created, (extract(epoch from e.created) * 1000000)::int8 as "created_us!", e.tenant_id, e.kind, e.action, e.is_success, e.target_type, e.target_id, e.row_count, e.keys, e.user_id, e.member_role,
  e.database_user, e.application_name, host(e.client_address) as client_address, e.origin, e.purpose, e.duration_ms, e.complexity_score,
  e.classification, e.compliance_flags, e.details
from audit.events e
-- plinth:allow unpruned the time is a parameter, and who saw something is asked of all there is
where e.created >= :from::timestamptz and e.created < :to::timestamptz
  -- By the hash there is an index. It also stands for keys that an update has changed, which are no longer among the keys.
  and e.key_hashes @> array[audit.key_hash(:subject::text)]
  and (:table_name?::text is null or e.target_id = :table_name?)
order by e.created desc, e.id desc
limit :limit;

-- name: find_user
select u.id, u.email, array(select m.tenant_id from tenancy.tenant_users m where m.user_id = u.id) as "tenant_ids!"
from tenancy.users u
where u.id::text = :key or u.email = lower(:key)
order by u.deleted is not null, u.created desc
limit 1;

-- name: name_users
select id, email from tenancy.users where id = any(:ids::uuid[]);

-- name: name_tenants
select id, slug from tenancy.tenants where id = any(:ids::uuid[]);

-- name: list_about
-- Events about rows with these keys, also with one that an update has taken away.
select e.id, e.created, e.kind, e.action, array(select c from json_object_keys(e.changes) c order by 1) as "columns!"
from audit.events e
-- plinth:allow unpruned a row may be as old as the trail
where e.target_id = :table and e.key_hashes && array(select audit.key_hash(k) from unnest(:keys::text[]) k)
  and (:tenant_id?::uuid is null or e.tenant_id = :tenant_id?::uuid)
order by e.id;
