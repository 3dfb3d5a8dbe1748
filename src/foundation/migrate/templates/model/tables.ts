import { declareGroup, undeclareGroup } from '../../groups/index.ts';
import { commentFrom, ident, idents, literal, objectName, qualifiedIdent } from '../../model/sql-text.ts';
import { factsOf, keyOf, required, split } from './request.ts';
import type { ColumnRequest, Template } from './types.ts';

const usages = {
  create: 'create-table <schema.table> <column:type[?][=default]>… [--global] [--partition-by <column>]',
  drop: 'drop-table <schema.table>',
  rename: 'rename-table <schema.old> <new>',
  merge: 'merge-table <schema.source> [<column=expression>…] --into <schema.target> --key <columns>',
  seed: 'seed-rows <schema.table> <column=expression>… --key <columns>',
} as const;

const columnLine = ({ name, type, isNullable, expression }: ColumnRequest) =>
  `  ${ident(name)} ${required(type, `The type of ${name}`, usages.create)}${isNullable ? '' : ' not null'}${expression === undefined ? '' : ` default ${expression}`},\n`;

// The first table of a schema brings it; "if not exists", because another pending migration may have done so already.
const newSchema = (schema: string) => `create schema if not exists ${ident(schema)};
comment on schema ${ident(schema)} is ${literal(commentFrom(schema))};
grant usage on schema ${ident(schema)} to plinth_app;

`;

const createTable: Template = {
  summary: "A table with tenants' rows, or with --global the same for all; with --partition-by partitioned by time.",
  usage: usages.create,
  draft(request) {
    const { schema, name: table } = split(request.target, usages.create);
    const where = qualifiedIdent(request.target);
    const { global: isGlobal = false, partitionBy, comment } = request.flags;
    const ownsTime = request.columns.some(({ name }) => name === 'created');
    const key = [...(isGlobal ? [] : ['tenant_id']), 'id', ...(partitionBy ? [partitionBy] : [])];
    const lines = [
      ...(isGlobal ? [] : ['  tenant_id uuid not null,\n']),
      '  id uuid not null default uuidv7(),\n',
      ...request.columns.map(columnLine),
      ...(ownsTime ? [] : ['  created timestamptz not null default now(),\n']),
      `  constraint ${objectName(table, [], 'pk')} primary key (${idents(key)})${isGlobal ? '' : ','}\n`,
      ...(isGlobal
        ? []
        : [
            `  constraint ${objectName(table, ['tenant_id'], 'fk')} foreign key (tenant_id) references tenancy.tenants (id) on delete cascade\n`,
          ]),
    ];
    const described = [
      ...(isGlobal ? [] : [['tenant_id', 'Whose row it is.'] as const]),
      ['id', 'uuid v7.'] as const,
      ...request.columns.map(({ name }) => [name, commentFrom(name)] as const),
      ...(ownsTime ? [] : [['created', 'When the row was made.'] as const]),
    ];
    return [
      {
        slug: `create_${table}`,
        up: `${request.hasSchema ? '' : newSchema(schema)}create table ${where} (
${lines.join('')})${partitionBy ? ` partition by range (${ident(partitionBy)})` : ''};
comment on table ${where} is ${literal(comment ?? commentFrom(table))};
${described.map(([name, text]) => `comment on column ${where}.${ident(name)} is ${literal(text)};\n`).join('')}${partitionBy ? `\n-- Months, made ahead of the clock from here on.\nselect partition.manage(${literal(where)}, '{"by": "time", "key": ${JSON.stringify(partitionBy)}, "every": "month"}');\n` : ''}${isGlobal ? '' : `\nselect tenancy.protect(${literal(where)});\n`}`,
        down: `drop table ${where};\n`,
        meta: { phase: 'expand' },
      },
    ];
  },
};

const dropTable: Template = {
  summary: 'Drops a table that no program uses any more.',
  usage: usages.drop,
  draft(request) {
    const { name: table } = split(request.target, usages.drop);
    return [
      {
        slug: `drop_${table}`,
        up: `-- Release a version first that uses it no more. Tables that refer to it are locked for a moment.
-- For 14 days "plinth migrate trash restore ${request.target}" brings it back, with its rows.
-- @probe select to_regclass(${literal(qualifiedIdent(request.target))}) is null
select migrate.trash_table(${literal(qualifiedIdent(request.target))});
`,
        meta: { phase: 'contract', irreversible: 'it is brought back from the trash' },
      },
    ];
  },
};

const renameTable: Template = {
  summary: 'A table under a new name; a view of the old name serves programs that still use it.',
  usage: usages.rename,
  tables: ({ target }) => [target],
  draft(request) {
    const { schema, name: old } = split(request.target, usages.rename);
    const name = required(request.columns[0]?.name, 'The new name', usages.rename);
    const facts = factsOf(request);
    const columns = facts.columns.map((column) => column.name);
    const from = qualifiedIdent(request.target);
    const group = `rename_${old}_to_${name}`;
    const { oldSessions } = request.flags;
    const definition = {
      table: `${ident(schema)}.${ident(name)}`,
      old: [request.target],
      new: [`${schema}.${name}`],
      finish: [],
      contract: [`drop view ${from}`],
      ...(oldSessions && { oldSessions }),
    };
    return [
      {
        slug: group,
        up: `-- Programs that use the old name go on by the view: it reads, inserts, updates and deletes, ON CONFLICT included. It takes no COPY
-- and nothing can refer to it. Row security is that of who asks.
alter table ${from} rename to ${ident(name)};
create view ${from} with (security_invoker = true) as
select ${idents(columns)} from ${ident(schema)}.${ident(name)};
comment on view ${from} is ${literal(`The former name of ${schema}.${name}, for programs that still use it.`)};
${facts.grants.map(({ what, to }) => `grant ${what} on ${from} to ${to};\n`).join('')}
${declareGroup(group, 'rename-table', definition)}`,
        down: `drop view ${from};\nalter table ${ident(schema)}.${ident(name)} rename to ${ident(old)};\n${undeclareGroup(group)}`,
        meta: { phase: 'expand' },
      },
    ];
  },
};

const seedRows: Template = {
  summary: 'Rows that belong to the schema, such as the plans that can be bought.',
  usage: usages.seed,
  draft(request) {
    const { name: table } = split(request.target, usages.seed);
    const where = qualifiedIdent(request.target);
    const key = required(request.flags.key, 'What makes a row the same (--key)', usages.seed).split(',');
    const names = request.columns.map(({ name }) => name);
    const values = request.columns.map(({ name, expression }) => required(expression, `The value of ${name}`, usages.seed));
    // What is worked out anew each time, such as now(), says nothing about the row.
    const constant = names.filter((_, n) => /^(-?[\d.]+|'(?:[^']|'')*'(?:::[\w. ]+)?|true|false|null)$/i.test(values[n] ?? ''));
    const seeded = (column: string) => required(values[names.indexOf(column)], `The value of ${column}`, usages.seed);
    return [
      {
        slug: `seed_${table}`,
        up: `insert into ${where} (${idents(names)}) values
  (${values.join(', ')})
on conflict (${idents(key)}) do nothing;
`,
        post: `-- Rows that were there before, with another content. Decide which is right, then run again.
select ${idents(names)} from ${where}
 where ${key.map((column) => `${ident(column)} = ${seeded(column)}`).join(' and ')}
   and (${[...constant.map((column) => `${ident(column)} is distinct from ${seeded(column)}`), 'false'].join(' or ')}) limit 21;
`,
        down: `delete from ${where} where ${key.map((column) => `${ident(column)} = ${seeded(column)}`).join(' and ')};\n`,
        meta: { phase: 'expand' },
      },
    ];
  },
};

const mergeTable: Template = {
  summary: 'The rows of one table that another lacks are moved there; the emptied table is kept under another name until it is dropped.',
  usage: usages.merge,
  tables: ({ target, flags }) => [target, ...(flags.into ? [flags.into] : [])],
  draft(request) {
    const { schema, name: source } = split(request.target, usages.merge);
    const into = required(request.flags.into, 'The table that stays (--into)', usages.merge);
    const key = request.flags.key?.split(',') ?? keyOf(factsOf(request, into));
    const expressions = new Map(request.columns.map(({ name, expression }) => [name, expression ?? name]));
    const sourceColumns = factsOf(request).columns.map(({ name }) => name);
    const shared = factsOf(request, into).columns.filter(
      ({ name, isGenerated }) => !isGenerated && (expressions.has(name) || sourceColumns.includes(name)),
    );
    const columns = shared.map(({ name }) => name);
    const values = columns.map((column) => expressions.get(column) ?? `s.${ident(column)}`);
    const from = qualifiedIdent(request.target);
    const target = qualifiedIdent(into);
    const kept = `${ident(schema)}.${ident(`${source}_merged`)}`;
    const rows = (table: string) =>
      `(select ${values.map((value, n) => `${value} as ${ident(columns[n] ?? '')}`).join(', ')} from ${table} s)`;
    const same = key.map((column) => `t.${ident(column)} = m.${ident(column)}`).join(' and ');
    return [
      {
        slug: `merge_${source}`,
        up: `-- Rows that are missing, by key. One that is there with another content is not touched: post.sql shows it. In one transaction, for tables of
-- some ten thousand rows; a map of "plinth migrate rename-legacy" moves larger ones in batches.
-- plinth:allow L62 rows that are missing, in a table of that size
-- plinth:allow L77 the runner sees all rows
-- @probe select to_regclass(${literal(from)}) is null
insert into ${target} (${idents(columns)})
select ${columns.map((column) => `m.${ident(column)}`).join(', ')} from ${rows(from)} m
 where not exists (select from ${target} t where ${same});
-- plinth:allow L29 no program uses it any more
alter table ${from} rename to ${ident(`${source}_merged`)};
`,
        post: `-- Rows of the source that the target has not, or has with another content. Decide which is right, then run again.
select m.* from ${rows(kept)} m
 where not exists (select from ${target} t where ${columns.map((column) => `t.${ident(column)} is not distinct from m.${ident(column)}`).join(' and ')}) limit 21;
`,
        down: `-- Rows that were moved stay: nobody can tell them from others any more.\nalter table ${kept} rename to ${ident(source)};\n`,
        meta: { phase: 'contract' },
      },
    ];
  },
};

export const tableTemplates: Readonly<Record<string, Template>> = {
  'create-table': createTable,
  'drop-table': dropTable,
  'rename-table': renameTable,
  'merge-table': mergeTable,
  'seed-rows': seedRows,
};
