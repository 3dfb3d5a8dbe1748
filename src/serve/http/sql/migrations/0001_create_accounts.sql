create schema http;
comment on schema http is 'Who may look at the platform: accounts of the console, their sessions and one-time links. Not granted to the application role.';

create table http.accounts (
  id uuid constraint accounts_id_pk primary key,
  name text not null constraint accounts_name_check check (name ~ '^[a-z0-9][a-z0-9._@-]{0,62}$'),
  role text not null constraint accounts_role_check check (role in ('viewer', 'operator', 'admin')),
  password_verifier text,
  created timestamptz not null default now(),
  signed_in timestamptz,
  constraint accounts_name_key unique (name)
);
comment on table http.accounts is 'People who may sign in to the console.';
comment on column http.accounts.id is 'uuid v7.';
comment on column http.accounts.name is 'What is typed at sign-in; lower case.';
comment on column http.accounts.role is 'viewer reads, operator acts, admin also manages accounts.';
comment on column http.accounts.password_verifier is 'scrypt$<log2 N>$<r>$<p>$<salt>$<hash>; null until a password is set through a one-time link.';
comment on column http.accounts.created is 'When the account was made.';
comment on column http.accounts.signed_in is 'Last successful sign-in; null before the first.';

create table http.sessions (
  token_hash bytea constraint sessions_token_hash_pk primary key,
  account_id uuid not null constraint sessions_account_id_fk references http.accounts (id) on delete cascade,
  created timestamptz not null default now(),
  expires timestamptz not null,
  constraint sessions_expires_check check (expires > created)
);
create index sessions_account_id_idx on http.sessions (account_id);
comment on table http.sessions is 'Signed-in browsers. Expired rows go with the next sign-in.';
comment on column http.sessions.token_hash is 'SHA-256 of the cookie; the cookie itself is nowhere stored.';
comment on column http.sessions.account_id is 'Whose session it is.';
comment on column http.sessions.created is 'When it was signed in.';
comment on column http.sessions.expires is 'When the cookie stops being accepted; never extended.';

create table http.links (
  account_id uuid constraint links_account_id_pk primary key
    constraint links_account_id_fk references http.accounts (id) on delete cascade,
  token_hash bytea not null constraint links_token_hash_key unique,
  created timestamptz not null default now(),
  expires timestamptz not null,
  constraint links_expires_check check (expires > created)
);
comment on table http.links is 'One-time links that sign in without a password, at most one per account; deleted by their use.';
comment on column http.links.account_id is 'Whom it signs in.';
comment on column http.links.token_hash is 'SHA-256 of the token in the link.';
comment on column http.links.created is 'When the link was made.';
comment on column http.links.expires is 'When it stops being accepted.';
