-- name: list_rules
select r.applies_to, r.mask from privacy.masking_rules r where r.role_name = :role_name order by 1;

-- name: put_rule
insert into privacy.masking_rules (role_name, applies_to, mask) values (:role_name, :applies_to, :mask)
on conflict (role_name, applies_to) do update set mask = excluded.mask, created = now();

-- name: remove_rule
delete from privacy.masking_rules where role_name = :role_name and applies_to = :applies_to;

-- name: find_seed
select s.seed from privacy.masking_seeds s;

-- name: put_seed
insert into privacy.masking_seeds (seed) values (:seed) on conflict (id) do update set seed = excluded.seed where masking_seeds.seed <> excluded.seed;

-- name: has_role
select exists (select from pg_catalog.pg_roles r where r.rolname = :role_name) as "exists!";

-- name: list_views
select c.relname as "view!" from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname = :schema and c.relkind = 'v' order by 1;
