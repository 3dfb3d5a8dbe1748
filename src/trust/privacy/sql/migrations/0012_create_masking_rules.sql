--! tiers: oltp
-- What a role sees in place of classified values, where that differs from the default.

create table privacy.masking_rules (
  role_name text not null,
  applies_to text not null,
  mask text not null,
  created timestamptz not null default now(),
  constraint masking_rules_role_name_applies_to_pk primary key (role_name, applies_to),
  constraint masking_rules_mask_check check (mask in ('keep', 'null', 'partial', 'hash', 'generalise', 'noise', 'fake'))
);
comment on table privacy.masking_rules is 'Masks of a role that differ from the default of the category or level.';
comment on column privacy.masking_rules.role_name is 'Role that reads through masked views.';
comment on column privacy.masking_rules.applies_to is 'A category, such as email, or a level, such as confidential; the category wins.';
comment on column privacy.masking_rules.mask is 'What is shown in place of the value.';
comment on column privacy.masking_rules.created is 'When it was decided.';
