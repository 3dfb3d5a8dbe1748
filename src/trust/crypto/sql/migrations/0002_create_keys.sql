--! tiers: oltp
-- Data keys, wrapped, and the vault of tokens. In oltp only: whoever needs a key asks there.

create table crypto.keys (
  tenant_id uuid not null constraint keys_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  purpose text not null,
  version int not null,
  state text not null default 'active',
  wrapped bytea,
  master_key text,
  created timestamptz not null default now(),
  rotated timestamptz,
  emptied timestamptz,
  destroyed timestamptz,
  constraint keys_tenant_id_purpose_version_pk primary key (tenant_id, purpose, version),
  constraint keys_purpose_check check (purpose ~ '^[a-z][a-z0-9_-]{0,62}$'),
  constraint keys_version_check check (version between 1 and 65535),
  constraint keys_state_check check (state in ('active', 'retiring', 'destroyed')),
  constraint keys_wrapped_check check ((state = 'destroyed') = (wrapped is null) and (wrapped is null) = (master_key is null)),
  constraint keys_destroyed_check check ((state = 'destroyed') = (destroyed is not null))
);
comment on table crypto.keys is 'Data keys, each wrapped by a master key that is not in the database. For the owner only.';
comment on column crypto.keys.tenant_id is 'Whose values it encrypts.';
comment on column crypto.keys.purpose is 'What for, e.g. personal; search for blind indexes, which keep their key.';
comment on column crypto.keys.version is 'Counts from 1 and stands in every value that the key encrypted.';
comment on column crypto.keys.state is '`active` encrypts, `retiring` still decrypts, `destroyed` is no more.';
comment on column crypto.keys.wrapped is 'The key, encrypted by the master key and bound to tenant, purpose and version; null once destroyed.';
comment on column crypto.keys.master_key is 'Which master key wrapped it.';
comment on column crypto.keys.created is 'When it was made.';
comment on column crypto.keys.rotated is 'When a newer version took over; null while active.';
comment on column crypto.keys.emptied is 'When it was last proven that no declared column holds a value of it.';
comment on column crypto.keys.destroyed is 'When it was destroyed.';
create unique index keys_tenant_id_purpose_key on crypto.keys (tenant_id, purpose) where state = 'active';
-- Wrapped or not, nobody but the owner has any use for them.
select tenancy.protect('crypto.keys', '{"select": "none", "insert": "none", "update": "none", "delete": "none"}');

create table crypto.tokens (
  tenant_id uuid not null constraint tokens_tenant_id_fk references tenancy.tenants (id) on delete cascade,
  token text not null,
  kind text not null,
  lookup bytea not null,
  sealed bytea not null,
  created timestamptz not null default now(),
  constraint tokens_tenant_id_token_pk primary key (tenant_id, token),
  constraint tokens_tenant_id_kind_lookup_key unique (tenant_id, kind, lookup),
  constraint tokens_kind_check check (kind in ('card', 'email', 'phone', 'text'))
);
comment on table crypto.tokens is 'The vault: tokens that stand for values elsewhere, and the values, sealed.';
comment on column crypto.tokens.tenant_id is 'Whose token it is.';
comment on column crypto.tokens.token is 'Stands for the value; looks like one of its kind and is none.';
comment on column crypto.tokens.kind is 'card, email, phone or text.';
comment on column crypto.tokens.lookup is 'Blind index of the value: the same value has the same token.';
comment on column crypto.tokens.sealed is 'The value, sealed with the tenant''s key tokens.';
comment on column crypto.tokens.created is 'When the token was made.';
select tenancy.protect('crypto.tokens', '{"select": "member", "update": "none"}');
select crypto.declare_column('crypto.tokens', 'sealed', '{"purpose": "tokens"}');
