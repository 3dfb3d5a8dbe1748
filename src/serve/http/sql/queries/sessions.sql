-- name: insert_session
insert into http.sessions (token_hash, account_id, expires)
values (:token_hash, :account_id, :expires);

-- name: find_session
select a.id, a.name, a.role, a.password_verifier is not null as has_password, s.expires
from http.sessions s
join http.accounts a on a.id = s.account_id
where s.token_hash = :token_hash and s.expires > now();

-- name: delete_session
delete from http.sessions where token_hash = :token_hash;

-- name: delete_other_sessions
delete from http.sessions where account_id = :account_id and token_hash <> :token_hash;

-- name: delete_expired_sessions
delete from http.sessions where expires <= now();

-- name: put_link
insert into http.links (account_id, token_hash, expires)
values (:account_id, :token_hash, :expires)
on conflict on constraint links_account_id_pk
do update set token_hash = excluded.token_hash, created = now(), expires = excluded.expires;

-- name: use_link
with used as (
  delete from http.links where token_hash = :token_hash returning account_id, expires
)
update http.accounts a
set password_verifier = null
from used
where a.id = used.account_id and used.expires > now()
returning a.id, a.name, a.role;
