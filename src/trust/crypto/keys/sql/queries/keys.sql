-- name: live_keys
-- The versions of one key that still open, oldest first.
select version, state, wrapped as "wrapped!", master_key as "master_key!" from crypto.keys
where tenant_id = :tenant_id and purpose = :purpose and state <> 'destroyed'
order by version;

-- name: destroyed_when
-- When keys of a tenant were last destroyed; null for a tenant of whose keys none was.
select max(destroyed) as destroyed from crypto.keys where tenant_id = :tenant_id and state = 'destroyed';

-- name: count_wrapped
select count(*) as "count!" from crypto.keys where state <> 'destroyed';

-- name: lock_keys
-- One after the other: whoever makes a key first looks under which master keys the others are.
lock table crypto.keys in share row exclusive mode;

-- name: list_master_keys
select master_key as "id!", count(*) as "count!" from crypto.keys where state <> 'destroyed' group by master_key order by master_key;

-- name: insert_key
insert into crypto.keys (tenant_id, purpose, version, wrapped, master_key) values (:tenant_id, :purpose, :version, :wrapped, :master_key);

-- name: newest_version
-- Of a key, destroyed ones too; 0 when there is none.
select coalesce(max(version), 0) as "version!" from crypto.keys where tenant_id = :tenant_id and purpose = :purpose;

-- name: retire_key
update crypto.keys set state = 'retiring', rotated = now() where tenant_id = :tenant_id and purpose = :purpose and state = 'active';

-- name: list_keys
-- Of one tenant, or of all.
select tenant_id, purpose, version, state, master_key, created, rotated, emptied, destroyed from crypto.keys
where tenant_id = :tenant_id?::uuid or :tenant_id::uuid is null
order by tenant_id, purpose, version;

-- name: destroy_keys
-- What they were wrapped by is told for the last time.
update crypto.keys k set state = 'destroyed', destroyed = now(), wrapped = null, master_key = null
from crypto.keys before
where k.tenant_id = :tenant_id and k.state <> 'destroyed'
  and before.tenant_id = k.tenant_id and before.purpose = k.purpose and before.version = k.version
returning k.purpose, k.version, before.master_key;

-- name: mark_emptied
update crypto.keys set emptied = now() where tenant_id = :tenant_id and purpose = :purpose and state = 'retiring';

-- name: keys_under_others
-- Some keys that another master key wraps, for the length of the transaction nobody else's.
select tenant_id, purpose, version, wrapped as "wrapped!", master_key as "master_key!" from crypto.keys
where state <> 'destroyed' and master_key <> :master_key
order by tenant_id, purpose, version limit :limit for no key update skip locked;

-- name: rewrap_key
update crypto.keys set wrapped = :wrapped, master_key = :master_key
where tenant_id = :tenant_id and purpose = :purpose and version = :version and state <> 'destroyed';

-- name: count_under_others
select count(*) as "count!" from crypto.keys where state <> 'destroyed' and master_key <> :master_key;
