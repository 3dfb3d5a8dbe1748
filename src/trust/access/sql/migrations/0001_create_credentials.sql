--! tiers: oltp
create schema access;
comment on schema access is 'Which passwords were given to which login, without any secret. Not granted to the application role.';

create table access.credentials (
  id uuid not null default uuidv7(),
  role_name text not null,
  purpose text not null,
  fingerprint text not null,
  created timestamptz not null default now(),
  expires timestamptz not null,
  retired timestamptz,
  constraint credentials_id_pk primary key (id),
  constraint credentials_expires_check check (expires > created)
);
create index credentials_role_name_created_idx on access.credentials (role_name, created desc);
comment on table access.credentials is 'Passwords that were given, newest last; the secret itself is nowhere in the database.';
comment on column access.credentials.id is 'Grows with time.';
comment on column access.credentials.role_name is 'The login.';
comment on column access.credentials.purpose is 'What it is for, in the words of who gave it.';
comment on column access.credentials.fingerprint is 'The first 16 digits of a hash of the stored verifier: tells two passwords apart, leads to none.';
comment on column access.credentials.created is 'When it was given.';
comment on column access.credentials.expires is 'Until when it is good.';
comment on column access.credentials.retired is 'When a later one took its place; null while it is the login''s password.';

create table access.password_history (
  role_name text not null,
  given timestamptz not null default now(),
  hash text not null,
  constraint password_history_role_name_given_pk primary key (role_name, given)
);
comment on table access.password_history is 'Salted hashes of the latest passwords of each login, so that none comes back. They are no verifiers: nobody logs in with one.';
comment on column access.password_history.role_name is 'The login.';
comment on column access.password_history.given is 'When it became the password.';
comment on column access.password_history.hash is 'scrypt: cost, salt, hash.';
