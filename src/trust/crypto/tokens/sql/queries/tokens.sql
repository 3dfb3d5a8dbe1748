-- name: find_token
-- The token of a value, by its blind index.
select token from crypto.tokens where tenant_id = :tenant_id and kind = :kind and lookup = :lookup;

-- name: insert_token
-- Nothing when the value has one by now, or the token is taken.
insert into crypto.tokens (tenant_id, token, kind, lookup, sealed) values (:tenant_id, :token, :kind, :lookup, :sealed)
on conflict do nothing returning token;

-- name: read_token
select sealed from crypto.tokens where tenant_id = :tenant_id and token = :token;

-- name: delete_token
delete from crypto.tokens where tenant_id = :tenant_id and token = :token;

-- name: delete_tokens
-- All of a tenant.
delete from crypto.tokens where tenant_id = :tenant_id;
