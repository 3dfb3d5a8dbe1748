-- name: put_account
-- Adds a mailbox unless it is there.
insert into oltp.email_accounts (tenant_id, id, address)
values (:tenant_id, :id, :address::text::oltp.citext)
on conflict (tenant_id, address) do nothing;

-- name: find_account
select a.id from oltp.email_accounts a where a.tenant_id = :tenant_id and a.address operator(oltp.=) :address::text::oltp.citext;

-- name: put_contacts
-- Adds those that are not there; the first name that was seen with an address stays.
insert into oltp.contacts as k (tenant_id, id, address, name)
select distinct on (c.address::oltp.citext) :tenant_id::uuid, c.id, c.address::oltp.citext, c.name
  from unnest(:ids::uuid[], :addresses::text[], :names::text[]) as c (id, address, name)
on conflict (tenant_id, address) do update set name = excluded.name where k.name = '' and excluded.name <> '';
