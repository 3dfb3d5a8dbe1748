-- name: begin_erasure
-- No row: one for this person is under way already.
insert into privacy.requests (tenant_id, id, kind, identifier_kind, identifier_hash, purpose, sealed_identifier, sealed_person)
values (:tenant_id, :id, 'erase', :identifier_kind, :identifier_hash, :purpose, :sealed_identifier, :sealed_person)
on conflict (tenant_id, identifier_kind, identifier_hash) where kind = 'erase' and state <> 'completed' do nothing
returning id;

-- name: note_export
insert into privacy.requests (tenant_id, id, kind, identifier_kind, identifier_hash, purpose, state, completed)
values (:tenant_id, :id, 'export', :identifier_kind, :identifier_hash, :purpose, 'completed', now());

-- name: find_open_erasure
select r.id from privacy.requests r
 where r.tenant_id = :tenant_id and r.identifier_kind = :identifier_kind and r.identifier_hash = :identifier_hash
   and r.kind = 'erase' and r.state <> 'completed';

-- name: find_request
select r.tenant_id, r.id, r.kind, r.identifier_kind, r.identifier_hash, r.purpose, r.state, r.sealed_person, r.certificate, r.created
  from privacy.requests r where r.id = :id;

-- name: put_person
update privacy.requests set sealed_person = :sealed_person, updated = now() where tenant_id = :tenant_id and id = :id and state <> 'completed';

-- name: hold_request
update privacy.requests set state = 'held', held_by = :held_by, updated = now() where tenant_id = :tenant_id and id = :id;

-- name: release_request
update privacy.requests set state = 'running', held_by = null, updated = now() where tenant_id = :tenant_id and id = :id and state = 'held';

-- name: complete_request
update privacy.requests
   set state = 'completed', held_by = null, sealed_identifier = null, sealed_person = null, certificate = :certificate::json, updated = now(), completed = :completed
 where tenant_id = :tenant_id and id = :id;

-- name: note_finding
-- What was found first stands; what is found later beside it is added, and its files are due again.
insert into privacy.request_steps as s (tenant_id, request_id, store, place, method, found_count, reason, tables)
values (:tenant_id, :request_id, :store, :place, :method, :found_count, :reason?, :tables::jsonb)
on conflict (tenant_id, request_id, store, place) do update
   set found_count = greatest(s.found_count, excluded.found_count), tables = s.tables || excluded.tables,
       verified = case when excluded.method = 'keep' then s.verified end;

-- name: note_purge
update privacy.request_steps s
   set tables = s.tables || (select coalesce(jsonb_object_agg(p.key, p.value), '{}') from jsonb_each(:purged::jsonb) p where s.tables ? p.key)
 where s.tenant_id = :tenant_id and s.request_id = :request_id;

-- name: verify_steps
update privacy.request_steps set verified = now() where tenant_id = :tenant_id and request_id = :request_id and store = :store;

-- name: list_steps
select s.store, s.place, s.method, s.found_count, s.reason, s.tables, s.verified
  from privacy.request_steps s where s.tenant_id = :tenant_id and s.request_id = :request_id
 order by s.store, s.place;

-- name: list_requests
select r.tenant_id, r.id, r.kind, r.identifier_kind, encode(r.identifier_hash, 'hex') as "identifier_hash!", r.purpose, r.state, r.held_by, r.created,
       r.completed, count(s.place) as "places!", coalesce(sum(s.found_count), 0)::int8 as "rows!"
  from privacy.requests r left join privacy.request_steps s on s.tenant_id = r.tenant_id and s.request_id = r.id
 group by r.tenant_id, r.id
 order by r.created desc, r.id desc;
