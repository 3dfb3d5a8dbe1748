--! tiers: oltp, content, queue, olap
-- What masked views take their pseudonyms from. In every tier, as views read it in their own database.

create schema if not exists privacy;

create table privacy.masking_seeds (
  id boolean not null default true,
  seed bytea not null,
  created timestamptz not null default now(),
  constraint masking_seeds_id_pk primary key (id),
  constraint masking_seeds_id_check check (id),
  constraint masking_seeds_seed_check check (octet_length(seed) = 32)
);
comment on table privacy.masking_seeds is 'The one secret of masked views, the same in all tiers: whoever has it can tell whose pseudonym one is. For the owner of the views only.';
comment on column privacy.masking_seeds.id is 'Always true: there is one.';
comment on column privacy.masking_seeds.seed is '32 random bytes.';
comment on column privacy.masking_seeds.created is 'When it was made.';
