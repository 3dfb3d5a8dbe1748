// Made by `npm run generate` from metadata.sql; do not edit.
// sources: 14094d6a2e7d8496ca2eb8c0ab2bf242
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ResolveRelationsParams {
  readonly names: readonly string[];
  readonly are_qualified: readonly boolean[];
}
export interface ResolveRelationsRow {
  readonly position: number;
  readonly table_name: string | null;
  readonly column_name: string | null;
}
/**
 * What names in statements stand for: a partition for its table, a view for the columns of tables it reads. A name without a schema is
 * looked for in every schema; at worst an event too many is written. A relation of the server itself is there and holds nothing of ours.
 */
export const resolveRelations = defineQuery<ResolveRelationsParams, ResolveRelationsRow>('audit/metadata.resolve_relations', ['names', 'are_qualified'], `with recursive asked as (
  select a.position, a.name, a.is_qualified
  from unnest($1::text[], $2::boolean[]) with ordinality as a(name, is_qualified, position)
), named as (
  select a.position, c.oid, c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) as is_of_server
  from asked a
  join pg_catalog.pg_class c on c.oid = to_regclass(a.name)
  where a.is_qualified and c.relkind in ('r', 'p', 'v', 'm', 'f')
  union all
  select a.position, c.oid, c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  from asked a
  join pg_catalog.pg_class c on c.relname = a.name
  where not a.is_qualified and c.relkind in ('r', 'p', 'v', 'm', 'f')
), used as (
  select n.position, n.oid as relation, 0 as attribute
  from named n
  where not n.is_of_server
  union
  select u.position, d.refobjid, d.refobjsubid
  from used u
  join pg_catalog.pg_rewrite r on r.ev_class = u.relation
  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
    and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> u.relation and d.refobjsubid > 0
)
select u.position::int as "position", quote_ident(s.nspname) || '.' || quote_ident(t.relname) as "table_name",
  -- Null: the columns are those the statement names.
  a.attname::text as "column_name"
from used u
join pg_catalog.pg_class c on c.oid = u.relation and c.relkind not in ('v', 'm')
join pg_catalog.pg_class t on t.oid = coalesce(pg_partition_root(c.oid), c.oid)
join pg_catalog.pg_namespace s on s.oid = t.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = u.relation and a.attnum = u.attribute and u.attribute > 0
group by u.position, s.nspname, t.relname, a.attname
union all
select n.position::int, null, null from named n where n.is_of_server`);
