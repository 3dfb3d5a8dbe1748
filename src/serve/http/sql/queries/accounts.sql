-- name: insert_account
insert into http.accounts (id, name, role)
values (:id, :name, :role)
on conflict on constraint accounts_name_key do nothing
returning id;

-- name: find_account
select id, name, role, password_verifier
from http.accounts
where name = :name;

-- name: list_accounts
select id, name, role, password_verifier is not null as has_password, created, signed_in
from http.accounts
order by name;

-- name: count_admins_with_password
select count(*) as admins
from http.accounts
where role = 'admin' and password_verifier is not null;

-- name: find_first_admin
select id, name
from http.accounts
where role = 'admin'
order by created, id
limit 1;

-- name: lock_admins
select id from http.accounts where role = 'admin' for update;

-- name: delete_account
delete from http.accounts where id = :id;

-- name: set_credentials
update http.accounts
set name = :name, password_verifier = :password_verifier
where id = :id and password_verifier is null;

-- name: note_sign_in
update http.accounts set signed_in = now() where id = :id;
