import { createHash } from 'node:crypto';

export interface Table {
  readonly name: string;
  /** Types of further columns. */
  readonly columns: readonly string[];
  readonly isPartitioned: boolean;
  /** Its rows belong to rows of the table before. */
  readonly hasParent: boolean;
}

/** A product's schema with rows of several tenants, and what an application makes of them: views and functions. */
export interface World {
  readonly schema: string;
  readonly tables: readonly Table[];
}

/** Of each tenant that is attacked, per table. More than an attacker can count of its own. */
export const foreignRows = 120;
const ownRows = 8;

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** What each row of a tenant contains, and no other's. */
export const secretOf = (tenantId: string) => `${md5(tenantId).slice(0, 12)}-secret`;
const numberOf = (tenantId: string) => 1_900_000_000 + (Number.parseInt(md5(tenantId).slice(12, 20), 16) % 100_000_000);

const types: Readonly<Record<string, (tenantId: string) => string>> = {
  text: (id) => `'${secretOf(id)}'`,
  int: (id) => String(numberOf(id)),
  jsonb: (id) => `'{"note": "${secretOf(id)}"}'`,
  'text[]': (id) => `'{${secretOf(id)}}'`,
  tsvector: (id) => `to_tsvector('simple', '${secretOf(id)}')`,
  bytea: (id) => `convert_to('${secretOf(id)}', 'UTF8')`,
};
export const columnTypes = Object.keys(types);

/** Finds what only rows of these tenants contain, in each of the forms in which `attack` may have it shown. */
export function marksOf(tenantIds: readonly string[]): RegExp {
  const forms = tenantIds.flatMap((id) => {
    const start = secretOf(id).slice(0, 12);
    return [
      start,
      start.toUpperCase(),
      [...start].reverse().join(''),
      Buffer.from(start).toString('hex'),
      Buffer.from(start).toString('base64'),
      md5(secretOf(id)),
      String(numberOf(id)),
    ];
  });
  return new RegExp(forms.join('|'));
}

const rowsFor = (name: string, { columns }: Table, id: string, count: number) =>
  `insert into ${name} select '${id}', g, ${[`'${secretOf(id)}'`, ...columns.map((type) => types[type]?.(id))].join(', ')} from generate_series(1, ${count}) g`;

/** Statements after which a tenant has the few rows again that it had at first. */
export function restoreRows({ schema, tables }: World, mine: string): string[] {
  const names = tables.map((table) => [`${schema}.${table.name}`, table] as const);
  return [
    ...names.toReversed().map(([name]) => `delete from ${name} where tenant_id = '${mine}'`),
    ...names.map(([name, table]) => rowsFor(name, table, mine, ownRows)),
  ];
}

/** The statements that make a world, for the owner of objects. `mine` has few rows, the others many. */
export function buildWorld({ schema, tables }: World, mine: string, others: readonly string[]): string[] {
  const statements = [`create schema ${schema}`, `grant usage on schema ${schema} to plinth_app`];
  for (const [index, table] of tables.entries()) {
    const name = `${schema}.${table.name}`;
    const parent = table.hasParent && index > 0 ? `${schema}.${tables[index - 1]?.name}` : undefined;
    const columns = [
      'tenant_id uuid not null references tenancy.tenants (id) on delete cascade',
      'id int not null',
      'note text not null',
      ...table.columns.map((type, at) => `c${at} ${type}`),
      'primary key (tenant_id, id)',
      ...(parent ? [`foreign key (tenant_id, id) references ${parent} (tenant_id, id) on delete cascade`] : []),
    ];
    statements.push(`create table ${name} (${columns.join(', ')})${table.isPartitioned ? ' partition by hash (tenant_id)' : ''}`);
    if (table.isPartitioned)
      for (const part of [0, 1])
        statements.push(`create table ${name}_${part} partition of ${name} for values with (modulus 2, remainder ${part})`);
    statements.push(`select tenancy.protect('${name}')`);
    statements.push(
      ...others.map((id) => rowsFor(name, table, id, foreignRows)),
      rowsFor(name, table, mine, ownRows),
      `analyze ${name}`,
      `create view ${name}_view with (security_invoker) as select * from ${name}`,
      `create function ${name}_rows() returns setof ${name} language sql stable as 'select * from ${name}'`,
      `grant select on ${name}_view to plinth_app`,
    );
  }
  // What a product may have of its own, and an attacker would look for: functions that run what they are given, and tell how it failed.
  statements.push(
    `create function ${schema}.ask(question text) returns text language plpgsql as $$
       declare answer text; detail text; place text;
       begin
         execute 'select string_agg(x::text, '','') from (' || question || ') x' into answer;
         return answer;
       exception when others then
         get stacked diagnostics detail = pg_exception_detail, place = pg_exception_context;
         return sqlerrm || coalesce(detail, '') || place;
       end $$`,
    `create function ${schema}.tally(place text) returns bigint language plpgsql as $$
       declare answer bigint;
       begin execute 'select count(*) from ' || place into answer; return answer; end $$`,
    // So cheap that the planner would ask it before the policy, if it may.
    `create function ${schema}.tell(note text) returns boolean language plpgsql cost 0.0000001 as $$ begin raise notice '%', note; return true; end $$`,
    `grant execute on all functions in schema ${schema} to plinth_app`,
  );
  return statements;
}
