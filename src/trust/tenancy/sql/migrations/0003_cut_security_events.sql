--! tiers: oltp
-- Whoever attacks decides how fast these grow: cut into months by the time in their ids, so that the key stays what it is and a month
-- can leave at once. Refused attempts are never refused a place: beyond the months there are open ends.

-- plinth:allow L29 the name is taken again in this transaction
alter table tenancy.security_events rename to security_events_whole;
-- plinth:allow L68 comments come with the columns
create table tenancy.security_events (like tenancy.security_events_whole including all excluding indexes) partition by range (id);
comment on table tenancy.security_events is
  'Refused and suspicious attempts. Written on a connection of its own, so that a rollback of the refused work does not erase them.';
select partition.manage('tenancy.security_events', '{"by": "uuid7", "key": "id", "every": "month", "guard": "overflow"}');
select partition.ensure('tenancy.security_events', e.oldest::text, now()::text)
  from (select min(uuid_extract_timestamp(id)) as oldest from tenancy.security_events_whole) e where e.oldest < now();
insert into tenancy.security_events select * from tenancy.security_events_whole;
-- plinth:allow L53, L71, L75 every row stands in the new table
drop table tenancy.security_events_whole;
alter table tenancy.security_events add constraint security_events_tenant_id_id_pk primary key (tenant_id, id);
select tenancy.protect('tenancy.security_events', '{"select": "admin", "insert": "none", "update": "none", "delete": "none"}');
