import type { Draft } from '../../model/draft.ts';
import { ident, literal } from '../../model/sql-text.ts';
import { qualifyColumns } from '../../parse/index.ts';
import { declareGroup, type GroupDefinition, undeclareGroup } from './definition.ts';

/** Columns that are kept in two shapes in one table for a while. */
export interface ColumnChange {
  /** Name of the group and of its migration. */
  readonly name: string;
  readonly recipe: string;
  readonly schema: string;
  readonly table: string;
  readonly old: readonly { readonly name: string /** From the new columns. */; readonly back: string }[];
  readonly new: readonly {
    readonly name: string;
    readonly type: string;
    /** From the old columns. */
    readonly value: string;
    readonly comment: string;
    /** Given to the new column when the old one goes. */
    readonly default?: string;
  }[];
  readonly finish: readonly string[];
  readonly oldSessions?: string;
}

/**
 * Both shapes in one table, kept equal by a row trigger: who writes one finds the other right. The trigger compares values instead of
 * asking who writes, so old and new programs need to tell nothing; it runs no statement, so it cannot recurse.
 *
 * Which side wins: on insert the new one where it is given (its columns have no default meanwhile), on update the one that changed;
 * where both changed, the new one. The one thing that cannot be told apart is a new program that inserts null on purpose into a
 * column whose old shape has a default: it gets the default.
 */
export async function expandColumns(change: ColumnChange): Promise<Draft> {
  const { schema, table, name } = change;
  const where = `${ident(schema)}.${ident(table)}`;
  const olds = change.old.map((column) => column.name);
  const news = change.new.map((column) => column.name);
  const routine = `${ident(schema)}.${ident(`sync_${name}`.slice(0, 63))}`;
  const trigger = ident(`zz_sync_${name}`.slice(0, 63));
  const forward = await assignments(
    change.new.map((column) => ({ to: column.name, value: column.value })),
    olds,
  );
  const back = await assignments(
    change.old.map((column) => ({ to: column.name, value: column.back })),
    news,
  );
  const isChanged = (columns: readonly string[]) =>
    columns.map((one) => `new.${ident(one)} is distinct from old.${ident(one)}`).join(' or ');
  const isMissing = news.map((one) => `new.${ident(one)} is null`).join(' and ');
  const needed = [...news.map((one) => `${ident(one)} is null`), `(${olds.map((one) => `${ident(one)} is not null`).join(' or ')})`].join(
    ' and ',
  );
  const definition: GroupDefinition = {
    table: where,
    old: olds.map((one) => `${schema}.${table}.${one}`),
    new: news.map((one) => `${schema}.${table}.${one}`),
    fill: { columns: Object.fromEntries(change.new.map((column) => [column.name, column.value])), needed },
    finish: change.finish,
    mismatch: change.new.map((column) => `${ident(column.name)} is distinct from (${column.value})`).join(' or '),
    contract: [
      `drop trigger ${trigger} on ${where}`,
      `drop function ${routine}()`,
      ...change.new.flatMap((column) =>
        column.default === undefined ? [] : [`alter table ${where} alter column ${ident(column.name)} set default ${column.default}`],
      ),
      ...olds.map((one) => `select migrate.trash_column(${literal(where)}, ${literal(one)})`),
    ],
    ...(change.oldSessions && { oldSessions: change.oldSessions }),
  };
  const up = `-- Both shapes side by side: programs may write either, a trigger keeps the other right. The rows that are there are filled by
-- "plinth migrate group switch ${name}", the old shape is dropped by a later migration ("plinth migrate group contract ${name}").
${change.new
  .map(
    (column) => `alter table ${where} add column ${ident(column.name)} ${column.type};
comment on column ${where}.${ident(column.name)} is ${literal(column.comment)};
`,
  )
  .join('')}
create function ${routine}() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if ${isMissing} then
${forward('      ')}
    else
${back('      ')}
    end if;
  elsif ${isChanged(news)} then
${back('    ')}
  elsif ${isChanged(olds)} or (${isMissing}) then
${forward('    ')}
  end if;
  return new;
end;
$$;
comment on function ${routine}() is ${literal(`Keeps ${olds.join(', ')} and ${news.join(', ')} of ${schema}.${table} equal, whoever writes. Goes with the old side.`)};

-- The name puts it behind other triggers: what they set is seen here.
-- plinth:allow L57 the column and what fills it come at once; both change the catalog only
create trigger ${trigger} before insert or update on ${where} for each row execute function ${routine}();

${declareGroup(name, change.recipe, definition)}`;
  const down = `drop trigger ${trigger} on ${where};
drop function ${routine}();
${news.map((one) => `alter table ${where} drop column ${ident(one)};\n`).join('')}${undeclareGroup(name)}`;
  return { slug: name, up, down, meta: { phase: 'expand' } };
}

/** `new.a := f(new.b);` lines for PL/pgSQL; the values are over `sources`. */
async function assignments(
  list: readonly { readonly to: string; readonly value: string }[],
  sources: readonly string[],
): Promise<(indent: string) => string> {
  const lines = await Promise.all(list.map(async ({ to, value }) => `new.${ident(to)} := ${await qualifyColumns(value, sources, 'new')};`));
  return (indent) => lines.map((line) => `${indent}${line}`).join('\n');
}
