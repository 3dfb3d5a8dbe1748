import { expandColumns, expandRule } from '../../groups/index.ts';
import type { Draft } from '../../model/draft.ts';
import { commentFrom, ident, literal, objectName, qualifiedIdent } from '../../model/sql-text.ts';
import { renameIdentifiers } from '../../parse/index.ts';
import { templateErrors } from '../errors.ts';
import { columnOf, factsOf, keyOf, onlyColumn, required, split } from './request.ts';
import type { ColumnFacts, TableFacts, Template, TemplateRequest } from './types.ts';

const usages = {
  add: 'add-column <schema.table> <column:type[=default]> [--fill <expression>]',
  drop: 'drop-column <schema.table> <column>',
  rename: 'rename-column <schema.table> <old:new>',
  retype: 'retype-column <schema.table> <column:type> --into <new column> [--using <expression>] [--back <expression>]',
  split: 'split-column <schema.table> <column> <new:type=expression>… --back <expression>',
  text: 'enum-to-text <schema.table> <column> --into <new column>',
  notNull: 'set-not-null <schema.table> <column> [--fill <expression>]',
} as const;

const addColumn: Template = {
  summary: 'A column; with a value for the rows that are there, where one is needed.',
  usage: usages.add,
  draft(request) {
    const { schema, name: table } = split(request.target, usages.add);
    const where = qualifiedIdent(request.target);
    const column = onlyColumn(request, usages.add);
    const type = required(column.type, 'The type', usages.add);
    const slug = `add_${table}_${column.name}`;
    const add = `alter table ${where} add column ${ident(column.name)} ${type}`;
    const comment = `comment on column ${where}.${ident(column.name)} is ${literal(request.flags.comment ?? commentFrom(column.name))}`;
    const drop = `alter table ${where} drop column ${ident(column.name)}`;
    const { fill } = request.flags;
    if (fill === undefined) {
      const constraint = objectName(table, [column.name], 'not_null');
      const isNotNull = column.expression !== undefined && !column.isNullable;
      const value =
        column.expression === undefined ? '' : `${isNotNull ? ` constraint ${constraint} not null` : ''} default ${column.expression}`;
      return [{ slug, up: `${add}${value};\n${comment};\n`, down: `${drop};\n`, meta: { phase: 'expand' } }];
    }
    // A default that differs from row to row would rewrite the table under an exclusive lock: added without, set for new rows, filled in batches.
    const constraint = objectName(table, [column.name], 'not_null');
    const rule = [
      `alter table ${where} add constraint ${constraint} not null ${ident(column.name)} not valid`,
      `alter table ${where} validate constraint ${constraint}`,
    ];
    const later =
      column.expression === undefined ? [] : [`alter table ${where} alter column ${ident(column.name)} set default ${column.expression}`];
    const change = { name: slug, recipe: 'add-column', schema, table, column: column.name, fill };
    const finish = column.isNullable ? [] : rule;
    return [expandRule({ ...change, expand: [add, ...later, comment], down: [drop], finish })];
  },
};

const dropColumn: Template = {
  summary: 'Drops a column that no program uses any more.',
  usage: usages.drop,
  tables: ({ target }) => [target],
  draft(request) {
    const { name: table } = split(request.target, usages.drop);
    const where = qualifiedIdent(request.target);
    const column = columnOf(request.target, factsOf(request), onlyColumn(request, usages.drop).name);
    return [
      {
        slug: `drop_${table}_${column.name}`,
        up: `-- Release a version first that neither reads nor writes it: running programs remember the columns of "select *".
-- For 14 days "plinth migrate trash restore ${request.target}.${column.name}" brings it back, with its values.
-- @probe select not exists (select from pg_attribute where attrelid = ${literal(where)}::regclass and attname = ${literal(column.name)})
select migrate.trash_column(${literal(where)}, ${literal(column.name)});
`,
        meta: { phase: 'contract', irreversible: 'it is brought back from the trash' },
      },
    ];
  },
};

const renameColumn: Template = {
  summary: 'A column under a new name, beside the old one until no program uses that.',
  usage: usages.rename,
  tables: ({ target }) => [target],
  async draft(request) {
    const { name: from, type: to } = onlyColumn(request, usages.rename);
    const name = required(to, 'The new name', usages.rename);
    const column = columnOf(request.target, factsOf(request), from);
    const value = { value: ident(from), back: ident(name), type: column.type };
    return [await sideBySide(request, usages.rename, 'rename-column', `rename_${from}_to_${name}`, column, name, value)];
  },
};

const retypeColumn: Template = {
  summary: 'A column of another type, beside the old one until no program uses that.',
  usage: usages.retype,
  tables: ({ target }) => [target],
  async draft(request) {
    const { name: from, type } = onlyColumn(request, usages.retype);
    const into = required(request.flags.into, 'The name of the new column (--into): both are there at once,', usages.retype);
    const wanted = required(type, 'The new type', usages.retype);
    const column = columnOf(request.target, factsOf(request), from);
    const value = request.flags.using ?? `${ident(from)}::${wanted}`;
    const back = request.flags.back ?? `${ident(into)}::${column.type}`;
    return [
      await sideBySide(request, usages.retype, 'retype-column', `retype_${from}_as_${into}`, column, into, { value, back, type: wanted }),
    ];
  },
};

const enumToText: Template = {
  summary: 'Text with a check instead of an enum type, beside the old column for a while.',
  usage: usages.text,
  tables: ({ target }) => [target],
  async draft(request) {
    const { name: table } = split(request.target, usages.text);
    const where = qualifiedIdent(request.target);
    const into = required(request.flags.into, 'The name of the new column (--into): both are there at once,', usages.text);
    const column = columnOf(request.target, factsOf(request), onlyColumn(request, usages.text).name);
    if (!column.labels) {
      throw templateErrors.TEMPLATE_REFUSED({
        what: `${request.target}.${column.name}`,
        why: `its type is ${column.type}, not an enum`,
        remedy: 'For other types there is retype-column.',
      });
    }
    const check = objectName(table, [into], 'check');
    const rule = `${ident(into)} in (${column.labels.map(literal).join(', ')})`;
    const value = { value: `${ident(column.name)}::text`, back: `${ident(into)}::${column.type}`, type: 'text' };
    return [
      await sideBySide(request, usages.text, 'enum-to-text', `retype_${column.name}_as_${into}`, column, into, value, [
        `alter table ${where} add constraint ${check} check (${rule}) not valid`,
        `alter table ${where} validate constraint ${check}`,
      ]),
    ];
  },
};

const splitColumn: Template = {
  summary: 'One column made into several, beside the old one until no program uses that.',
  usage: usages.split,
  tables: ({ target }) => [target],
  async draft(request) {
    const { schema, name: table } = split(request.target, usages.split);
    const [first, ...parts] = request.columns;
    const column = columnOf(request.target, factsOf(request), required(first?.name, 'The column', usages.split));
    refuseKeys(request, column);
    if (parts.length < 2) throw templateErrors.TEMPLATE_USAGE({ problem: 'Name at least two new columns', usage: usages.split });
    const back = required(request.flags.back, 'How the old column follows from the new ones (--back)', usages.split);
    const { oldSessions } = request.flags;
    return [
      await expandColumns({
        name: `${table}_split_${column.name}`,
        recipe: 'split-column',
        schema,
        table,
        old: [{ name: column.name, back }],
        new: parts.map((part) => ({
          name: part.name,
          type: required(part.type, `The type of ${part.name}`, usages.split),
          value: required(part.expression, `How ${part.name} follows from ${column.name}`, usages.split),
          comment: commentFrom(part.name),
        })),
        finish: [],
        ...(oldSessions && { oldSessions }),
      }),
    ];
  },
};

const setNotNull: Template = {
  summary: 'No more nulls: for new rows at once, for the others once they are proved.',
  usage: usages.notNull,
  tables: ({ target }) => [target],
  draft(request): readonly Draft[] {
    const { schema, name: table } = split(request.target, usages.notNull);
    const where = qualifiedIdent(request.target);
    const column = columnOf(request.target, factsOf(request), onlyColumn(request, usages.notNull).name);
    const constraint = objectName(table, [column.name], 'not_null');
    const add = `alter table ${where} add constraint ${constraint} not null ${ident(column.name)} not valid`;
    const drop = `alter table ${where} drop constraint ${constraint}`;
    const validate = `alter table ${where} validate constraint ${constraint}`;
    const { fill } = request.flags;
    if (fill !== undefined) {
      const change = { name: `require_${table}_${column.name}`, recipe: 'set-not-null', schema, table, column: column.name, fill };
      return [expandRule({ ...change, expand: [add], down: [drop], finish: [validate] })];
    }
    return [
      { slug: `require_${table}_${column.name}`, up: `${add};\n`, down: `${drop};\n`, meta: { phase: 'expand' } },
      validated(where, `require_${table}_${column.name}`, constraint, `${ident(column.name)} is null`),
    ];
  },
};

/** The second half of a rule: its own transaction, because the lock of ADD would last through the scan. */
export function validated(where: string, slug: string, constraint: string, violates: string): Draft {
  return {
    slug: `validate_${slug}`,
    pre: `-- Rows that break the rule; with one of them it could not be validated.\nselect * from ${where} where ${violates} limit 21;\n`,
    up: `alter table ${where} validate constraint ${constraint};\n`,
    down: '-- What was proved stays proved; the rule itself goes with the migration before.\n',
    meta: { tx: 'none' },
  };
}

function refuseKeys(request: TemplateRequest, column: ColumnFacts): void {
  const facts = factsOf(request);
  const why = keyOf(facts).includes(column.name)
    ? 'it is part of the primary key, on which backfill and references stand'
    : column.isGenerated
      ? 'its value is generated'
      : facts.isPartitioned && facts.indexes.some(({ columns }) => columns?.includes(column.name))
        ? 'it is indexed on a partitioned table, where an index cannot be built beside the old one in one step'
        : undefined;
  if (why === undefined) return;
  const remedy = 'Make a new table and move to it, or rename it with a view of the old name (rename-table).';
  throw templateErrors.TEMPLATE_REFUSED({ what: `${request.target}.${column.name}`, why, remedy });
}

async function sideBySide(
  request: TemplateRequest,
  usage: string,
  recipe: string,
  what: string,
  column: ColumnFacts,
  into: string,
  { type, value, back }: { readonly type: string; readonly value: string; readonly back: string },
  rules: readonly string[] = [],
): Promise<Draft> {
  const { schema, name: table } = split(request.target, usage);
  const facts = factsOf(request);
  refuseKeys(request, column);
  const { oldSessions } = request.flags;
  return expandColumns({
    name: `${table}_${what}`,
    recipe,
    schema,
    table,
    old: [{ name: column.name, back }],
    new: [
      {
        name: into,
        type,
        value,
        comment: request.flags.comment ?? column.comment ?? commentFrom(into),
        ...(column.default !== null && { default: recipe === 'rename-column' ? column.default : `(${column.default})::${type}` }),
      },
    ],
    finish: [...(await adornments(request.target, facts, column, into, recipe === 'rename-column')), ...rules],
    ...(oldSessions && { oldSessions }),
  });
}

/**
 * What hangs on the old column, made for the new one: indexes concurrently, constraints NOT VALID and validated. Checks move with a
 * rename only: over another type they may mean nothing.
 */
async function adornments(target: string, facts: TableFacts, column: ColumnFacts, into: string, isRename: boolean): Promise<string[]> {
  const where = qualifiedIdent(target);
  const table = target.split('.')[1] ?? '';
  const renamed = (name: string) => (name.includes(column.name) ? name.replace(column.name, into) : `${name}_${into}`).slice(0, 63);
  const columns = new Map([[column.name, ident(into)]]);
  const statements: string[] = [];
  for (const index of facts.indexes.filter((one) => !one.isPrimary && one.columns?.includes(column.name))) {
    const names = new Map([...columns, [index.name, ident(renamed(index.name))]]);
    const [, rest = ''] = (await renameIdentifiers(index.definition, names)).split(/ INDEX (.*)/s, 2);
    statements.push(`create ${index.isUnique ? 'unique ' : ''}index concurrently ${rest}`);
    if (index.constraint === null) continue;
    const name = ident(renamed(index.constraint));
    statements.push(`alter table ${where} add constraint ${name} unique using index ${name}`);
  }
  for (const constraint of facts.constraints.filter((one) => one.columns?.includes(column.name))) {
    if (constraint.kind !== 'f' && !(constraint.kind === 'c' && isRename)) continue;
    const name = ident(renamed(constraint.name));
    const definition = (await renameIdentifiers(constraint.definition, columns)).replace(/ NOT VALID$/, '');
    statements.push(
      `alter table ${where} add constraint ${name} ${definition} not valid`,
      `alter table ${where} validate constraint ${name}`,
    );
  }
  if (column.isNotNull) {
    const name = objectName(table, [into], 'not_null');
    statements.push(
      `alter table ${where} add constraint ${name} not null ${ident(into)} not valid`,
      `alter table ${where} validate constraint ${name}`,
    );
  }
  return statements;
}

export const columnTemplates: Readonly<Record<string, Template>> = {
  'add-column': addColumn,
  'drop-column': dropColumn,
  'rename-column': renameColumn,
  'retype-column': retypeColumn,
  'split-column': splitColumn,
  'enum-to-text': enumToText,
  'set-not-null': setNotNull,
};
