import { declareGroup, undeclareGroup } from '../../groups/index.ts';
import { commentFrom, ident, idents, literal, objectName, qualifiedIdent } from '../../model/sql-text.ts';
import { templateErrors } from '../errors.ts';
import { columnOf, factsOf, keyOf, required, split } from './request.ts';
import type { ColumnFacts, Template, TemplateRequest } from './types.ts';

const usage = 'split-table <schema.table> <column>… --into <schema.table>';

/** Refuses what programs of one of the two sides could not write. */
function checked(request: TemplateRequest): { readonly key: readonly ColumnFacts[]; readonly moved: readonly ColumnFacts[] } {
  const facts = factsOf(request);
  const refuse = (what: string, why: string, remedy: string) => templateErrors.TEMPLATE_REFUSED({ what, why, remedy });
  const key = keyOf(facts).map((name) => columnOf(request.target, facts, name));
  if (key.length === 0) throw refuse(request.target, 'it has no primary key, by which the halves of a row are found', 'Add one first.');
  if (facts.isPartitioned) throw refuse(request.target, 'it is partitioned', 'Make the new table and move rows with a backfill.');
  if (request.columns.length === 0) throw templateErrors.TEMPLATE_USAGE({ problem: 'Name the columns that move', usage });
  const moved = request.columns.map(({ name }) => {
    const column = columnOf(request.target, facts, name);
    const what = `${request.target}.${name}`;
    if (key.includes(column)) throw refuse(what, 'it is part of the primary key', 'Both halves have the key; leave it out.');
    if (column.isGenerated) throw refuse(what, 'its value is generated', 'Split what it is generated from.');
    if (column.isNotNull && column.default === null) {
      throw refuse(what, 'it takes no null and has no default', 'New programs insert the other half first: give it a default.');
    }
    return column;
  });
  return { key, moved };
}

/**
 * Rows stay where they are and are copied: until the end of the old side the old table is the one truth, from which a trigger keeps the
 * new one. New programs read and write a view of the new name, whose writes go to the old table. So a row is always locked in the same
 * order, whoever writes; a trigger in each direction would deadlock where both sides write one row.
 */
const splitTable: Template = {
  summary: 'Columns of a table moved to one of their own with the same key, beside the old ones until no program uses them.',
  usage,
  tables: ({ target }) => [target],
  draft(request) {
    const { schema, name: table } = split(request.target, usage);
    const into = required(request.flags.into, 'The new table (--into)', usage);
    const place = split(into, usage);
    const { key, moved } = checked(request);
    const facts = factsOf(request);
    const where = qualifiedIdent(request.target);
    const view = qualifiedIdent(into);
    const rows = `${ident(place.schema)}.${ident(`${place.name}_rows`)}`;
    const keys = key.map(({ name }) => name);
    const names = moved.map(({ name }) => name);
    const group = `${table}_split_${place.name}`;
    const sync = `${ident(schema)}.${ident(`sync_${group}`.slice(0, 63))}`;
    const write = `${ident(place.schema)}.${ident(`write_${group}`.slice(0, 63))}`;
    const trigger = ident(`zz_sync_${group}`.slice(0, 63));
    const of = (record: string, columns: readonly string[]) => columns.map((one) => `${record}.${ident(one)}`).join(', ');
    const same = (left: string, right: string) => keys.map((one) => `${left}.${ident(one)} = ${right}.${ident(one)}`).join(' and ');
    const isDifferent = (left: string, right: string) => `row(${of(left, names)}) is distinct from row(${of(right, names)})`;
    const isTenants = keys.includes('tenant_id');
    const line = ({ name, type, isNotNull, default: value }: ColumnFacts) =>
      `  ${ident(name)} ${type}${isNotNull ? ' not null' : ''}${value === null ? '' : ` default ${value}`},\n`;
    const definition = {
      table: where,
      old: names.map((one) => `${request.target}.${one}`),
      new: names.map((one) => `${into}.${one}`),
      fill: {
        statement: `insert into ${rows} (${idents([...keys, ...names])}) select ${idents([...keys, ...names])} from ${where} on conflict do nothing`,
      },
      finish: [],
      mismatch: `not exists (select from ${rows} n where ${same('n', ident(table))} and not (${isDifferent('n', ident(table))}))`,
      contract: [
        `drop trigger ${trigger} on ${where}`,
        `drop function ${sync}()`,
        `drop view ${view}`,
        `drop function ${write}()`,
        `alter table ${rows} rename to ${ident(place.name)}`,
        ...names.map((one) => `select migrate.trash_column(${literal(where)}, ${literal(one)})`),
      ],
      ...(request.flags.oldSessions && { oldSessions: request.flags.oldSessions }),
    };
    return [
      {
        slug: group,
        up: `-- Old programs go on with ${request.target}, new ones use ${into}: a view whose writes go to the old table, without ON CONFLICT and COPY
-- until the old side has ended. The rows that are there are copied by "plinth migrate group switch ${group}"; later
-- "plinth migrate group contract ${group}" takes the old columns away and makes the view a table.
-- plinth:allow L38 it is empty, and the lock of a moment
-- plinth:allow L41 one row for each
create table ${rows} (
${key.map(line).join('')}${moved.map(line).join('')}  constraint ${objectName(place.name, [], 'pk')} primary key (${idents(keys)}),
  constraint ${objectName(place.name, keys, 'fk')} foreign key (${idents(keys)}) references ${where} (${idents(keys)}) on update cascade on delete cascade
);
comment on table ${rows} is ${literal(request.flags.comment ?? commentFrom(place.name))};
${[...key, ...moved].map(({ name, comment }) => `comment on column ${rows}.${ident(name)} is ${literal(comment ?? commentFrom(name))};\n`).join('')}${isTenants ? `select tenancy.protect(${literal(rows)});\n` : facts.grants.map(({ what, to }) => `grant ${what} on ${rows} to ${to};\n`).join('')}
create function ${sync}() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' or ${isDifferent('new', 'old')} then
    insert into ${rows} as r (${idents([...keys, ...names])}) values (${of('new', [...keys, ...names])})
    on conflict (${idents(keys)}) do update set ${names.map((one) => `${ident(one)} = excluded.${ident(one)}`).join(', ')} where ${isDifferent('r', 'excluded')};
  end if;
  return null;
end;
$$;
comment on function ${sync}() is ${literal(`Copies ${names.join(', ')} of ${request.target} to ${into}. Goes with the old side.`)};
-- plinth:allow L57 it comes at once with what it fills
create trigger ${trigger} after insert or update on ${where} for each row execute function ${sync}();

create view ${view} with (security_invoker = true) as
select ${idents([...keys, ...names])} from ${rows};
comment on view ${view} is ${literal(`${names.join(', ')} of ${request.target}, for programs of the new version.`)};
${moved.flatMap((column) => (column.default === null ? [] : [`-- plinth:allow L63 nobody uses the view yet\nalter view ${view} alter column ${ident(column.name)} set default ${column.default};\n`])).join('')}${facts.grants.map(({ what, to }) => `grant ${what} on ${view} to ${to};\n`).join('')}
create function ${write}() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'DELETE' then
    update ${where} t set ${names.map((one) => `${ident(one)} = default`).join(', ')} where ${same('t', 'old')};
    return old;
  end if;
  if tg_op = 'UPDATE' and row(${of('new', keys)}) is distinct from row(${of('old', keys)}) then
    raise exception 'the key of ${into} is that of ${request.target}' using errcode = 'feature_not_supported', hint = 'Change it there.';
  end if;
  update ${where} t set ${names.map((one) => `${ident(one)} = new.${ident(one)}`).join(', ')} where ${same('t', 'new')};
  if not found then
    raise exception '${request.target} has no such row' using errcode = 'foreign_key_violation', hint = 'Insert it there first.';
  end if;
  return new;
end;
$$;
comment on function ${write}() is ${literal(`Writes of ${into} go to ${request.target}, from where they come back. Goes with the old side.`)};
-- plinth:allow L57 nobody uses the view yet
create trigger write instead of insert or update or delete on ${view} for each row execute function ${write}();

${declareGroup(group, 'split-table', definition)}`,
        down: `drop trigger ${trigger} on ${where};
drop function ${sync}();
drop view ${view};
drop function ${write}();
drop table ${rows};
${undeclareGroup(group)}`,
        meta: { phase: 'expand' },
      },
    ];
  },
};

export const splitTemplates: Readonly<Record<string, Template>> = { 'split-table': splitTable };
