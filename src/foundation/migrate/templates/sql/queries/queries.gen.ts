// Made by `npm run generate` from facts.sql; do not edit.
// sources: b8a6368373aba5df650fe11a93e90fa7
import { defineQuery } from '../../../../../kernel/index.ts';

export interface DescribeTableParams {
  readonly table: string;
}
export interface DescribeTableRow {
  readonly is_partitioned: boolean | null;
  readonly partitions: string[];
  readonly columns: string;
  readonly indexes: string;
  readonly constraints: string;
  readonly grants: string;
}
/**
 * What templates have to know about a table; no row where there is none. Expressions and types are qualified where pg_catalog is the path.
 */
export const describeTable = defineQuery<DescribeTableParams, DescribeTableRow>('migrate/templates.describe_table', ['table'], `select c.relkind = 'p' as is_partitioned,
       array(
         select format('%I.%I', n.nspname, p.relname) from pg_catalog.pg_inherits h
           join pg_catalog.pg_class p on p.oid = h.inhrelid join pg_catalog.pg_namespace n on n.oid = p.relnamespace
          where h.inhparent = c.oid and c.relkind = 'p' order by 1) as "partitions",
       coalesce((
         select jsonb_agg(jsonb_build_object(
                  'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'isNotNull', a.attnotnull,
                  'default', case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end,
                  'isGenerated', a.attgenerated <> '' or a.attidentity <> '',
                  'comment', pg_catalog.col_description(c.oid, a.attnum),
                  'labels', (select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = a.atttypid))
                order by a.attnum)
           from pg_catalog.pg_attribute a left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]')::text as "columns",
       coalesce((
         select jsonb_agg(jsonb_build_object(
                  'name', i.relname, 'definition', pg_catalog.pg_get_indexdef(i.oid), 'isUnique', x.indisunique, 'isPrimary', x.indisprimary,
                  'columns', (select jsonb_agg(a.attname order by k.place)
                                from unnest(x.indkey::int2[]) with ordinality k(attnum, place)
                                join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum),
                  'constraint', k.conname)
                order by i.relname)
           from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid
           left join pg_catalog.pg_constraint k on k.conindid = i.oid and k.contype in ('p', 'u', 'x')
          where x.indrelid = c.oid and x.indisvalid), '[]')::text as "indexes",
       coalesce((
         select jsonb_agg(jsonb_build_object(
                  'name', k.conname, 'kind', k.contype, 'definition', pg_catalog.pg_get_constraintdef(k.oid),
                  'columns', (select jsonb_agg(a.attname order by u.place) from unnest(k.conkey) with ordinality u(attnum, place)
                                join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = u.attnum))
                order by k.conname)
           from pg_catalog.pg_constraint k where k.conrelid = c.oid), '[]')::text as "constraints",
       coalesce((
         select jsonb_agg(jsonb_build_object('to', g.grantee, 'what', g.privileges) order by g.grantee)
           from (select case a.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end as grantee,
                        lower(string_agg(a.privilege_type, ', ' order by a.privilege_type)) as privileges
                   from pg_catalog.aclexplode(c.relacl) a
                  where a.grantee <> c.relowner and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') group by 1) g), '[]')::text
         as "grants"
  from pg_catalog.pg_class c
 where c.oid = pg_catalog.to_regclass($1) and c.relkind in ('r', 'p')`);

export interface FindSchemaParams {
  readonly schema: string;
}
export interface FindSchemaRow {
  readonly exists: boolean;
}
export const findSchema = defineQuery<FindSchemaParams, FindSchemaRow>('migrate/templates.find_schema', ['schema'], `select exists (select from pg_catalog.pg_namespace where nspname = $1) as "exists"`);
