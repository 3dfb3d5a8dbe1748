import type { Draft } from '../../model/draft.ts';
import { ident, idents, objectName, qualifiedIdent } from '../../model/sql-text.ts';
import { templateErrors } from '../errors.ts';
import { validated } from './columns.ts';
import { columnOf, factsOf, keyOf, required, split } from './request.ts';
import type { TableFacts, Template, TemplateRequest } from './types.ts';

const usages = {
  index: 'add-index <schema.table> <column>… [--unique] [--where <condition>] [--using <method>]',
  unique: 'add-unique <schema.table> <column>…',
  fk: 'add-fk <schema.table> <column>… --references <schema.table> [--on-delete <action>]',
  check: 'add-check <schema.table> <name> --check <condition>',
  constrain:
    'constrain <schema.table> <not-null:column | check:name=condition | unique:a,b | fk:column=schema.table>… [--into <quarantine table>]',
} as const;

/** Refuses columns that are not there. */
function checked(request: TemplateRequest, columns: readonly string[]): readonly string[] {
  for (const column of columns) columnOf(request.target, factsOf(request), column);
  return columns;
}

function namedColumns(request: TemplateRequest, usage: string): readonly string[] {
  if (request.columns.length === 0) throw templateErrors.TEMPLATE_USAGE({ problem: 'Name the columns', usage });
  return checked(
    request,
    request.columns.map(({ name }) => name),
  );
}

interface IndexRequest {
  readonly target: string;
  readonly facts: TableFacts;
  readonly columns: readonly string[];
  readonly name: string;
  readonly isUnique?: boolean;
  readonly method?: string;
  readonly where?: string;
}

/** An index built beside writers; on a partitioned table on each partition, then joined to one on the parent. */
function indexDraft({ target, facts, columns, name, isUnique, method, where }: IndexRequest): Draft {
  const { schema, name: table } = split(target, usages.index);
  const head = `create ${isUnique ? 'unique ' : ''}index`;
  const tail = `${method ? ` using ${method}` : ''} (${idents(columns)})${where ? ` where ${where}` : ''}`;
  const slug = `index_${table}_${columns.join('_')}`;
  const meta = { tx: 'none', phase: 'expand' };
  const drop = `drop index concurrently ${ident(schema)}.${ident(name)};\n`;
  if (!facts.isPartitioned)
    return { slug, up: `${head} concurrently ${ident(name)} on ${qualifiedIdent(target)}${tail};\n`, down: drop, meta };
  const parts = facts.partitions.map((partition) => {
    const [partSchema = '', partName = ''] = partition.split('.');
    const index = objectName(partName.replaceAll('"', ''), columns, isUnique ? 'key' : 'idx');
    return `${head} concurrently ${ident(index)} on ${partition}${tail};
-- @idempotent
-- plinth:allow L49 an index joins another, no row is read
alter index ${ident(schema)}.${ident(name)} attach partition ${partSchema}.${ident(index)};
`;
  });
  return {
    slug,
    up: `-- Not valid until each partition has joined its own index; partitions made later get theirs by themselves.
${head} ${ident(name)} on only ${qualifiedIdent(target)}${tail};
${parts.join('')}`,
    down: `-- An index of a partitioned table cannot be dropped concurrently: a moment of exclusive lock.\n-- plinth:allow L04 there is no other way\ndrop index ${ident(schema)}.${ident(name)};\n`,
    meta,
  };
}

const addIndex: Template = {
  summary: 'An index, built without stopping writers.',
  usage: usages.index,
  tables: ({ target }) => [target],
  draft(request) {
    const columns = namedColumns(request, usages.index);
    const { name: table } = split(request.target, usages.index);
    const { unique: isUnique = false, using: method, where } = request.flags;
    const name = objectName(table, columns, isUnique ? 'key' : 'idx');
    const draft = indexDraft({
      target: request.target,
      facts: factsOf(request),
      columns,
      name,
      isUnique,
      ...(method && { method }),
      ...(where && { where }),
    });
    return [isUnique ? { ...draft, pre: twins(qualifiedIdent(request.target), columns, where) } : draft];
  },
};

/** Values that more than one row has; null is equal to nothing. */
const twins = (where: string, columns: readonly string[], condition?: string) =>
  `-- Values that more than one row has; with one of them the index could not be unique.
select ${idents(columns)}, count(*) as rows from ${where}
 where ${[...columns.map((column) => `${ident(column)} is not null`), ...(condition ? [`(${condition})`] : [])].join(' and ')}
 group by ${idents(columns)} having count(*) > 1 limit 21;
`;

function uniqueDrafts(target: string, facts: TableFacts, columns: readonly string[]): Draft[] {
  const { name: table } = split(target, usages.unique);
  const where = qualifiedIdent(target);
  const name = objectName(table, columns, 'key');
  if (facts.isPartitioned) {
    throw templateErrors.TEMPLATE_REFUSED({
      what: target,
      why: 'a unique constraint of a partitioned table cannot take over an index that was built concurrently',
      remedy: 'Make a unique index instead (add-index --unique).',
    });
  }
  const index = indexDraft({ target, facts, columns, name, isUnique: true });
  // The constraint takes the index over; without it there is no index left either.
  const down = `alter table ${where} drop constraint ${ident(name)};\n`;
  return [
    {
      ...index,
      pre: twins(where, columns),
      down: `drop index concurrently if exists ${ident(target.split('.')[0] ?? '')}.${ident(name)};\n`,
    },
    {
      slug: `unique_${table}_${columns.join('_')}`,
      up: `alter table ${where} add constraint ${ident(name)} unique using index ${ident(name)};\n`,
      down,
      meta: { phase: 'expand' },
    },
  ];
}

const addUnique: Template = {
  summary: 'A unique constraint over an index that was built without stopping writers.',
  usage: usages.unique,
  tables: ({ target }) => [target],
  draft: (request) => uniqueDrafts(request.target, factsOf(request), namedColumns(request, usages.unique)),
};

/** The columns of the reference: with the tenant first where both sides have one, as the key of the other table says. */
function keyDrafts(request: TemplateRequest, columns: readonly string[], references: string): Draft[] {
  const { name: table } = split(request.target, usages.fk);
  const facts = factsOf(request);
  const where = qualifiedIdent(request.target);
  const parentKey = keyOf(factsOf(request, references));
  const own = parentKey.length === columns.length + 1 && parentKey[0] === 'tenant_id' ? ['tenant_id', ...columns] : [...columns];
  if (own.length !== parentKey.length) {
    throw templateErrors.TEMPLATE_REFUSED({
      what: `A reference from ${request.target} to ${references}`,
      why: `${columns.join(', ')} do not fit the primary key (${parentKey.join(', ')})`,
      remedy: 'Name one column for each of the key; tenant_id is added by itself.',
    });
  }
  checked(request, own);
  const name = objectName(table, columns, 'fk');
  const join = own.map((column, n) => `p.${ident(parentKey[n] ?? '')} = c.${ident(column)}`).join(' and ');
  const isIndexed = facts.indexes.some(({ columns: has }) => own.every((column) => has?.slice(0, own.length).includes(column)));
  const index = indexDraft({ target: request.target, facts, columns: own, name: objectName(table, columns, 'idx') });
  const action = request.flags.onDelete ? ` on delete ${request.flags.onDelete}` : '';
  const slug = `reference_${table}_${columns.join('_')}`;
  return [
    ...(isIndexed ? [] : [index]),
    {
      slug,
      up: `alter table ${where} add constraint ${name} foreign key (${idents(own)}) references ${qualifiedIdent(references)} (${idents(parentKey)})${action} not valid;\n`,
      down: `-- Locks both tables for a moment.\nalter table ${where} drop constraint ${name};\n`,
      meta: { phase: 'expand' },
    },
    {
      ...validated(where, slug, name, ''),
      pre: `-- Rows that refer to nothing; with one of them the key could not be validated.
select c.* from ${where} c
 where ${own.map((column) => `c.${ident(column)} is not null`).join(' and ')}
   and not exists (select from ${qualifiedIdent(references)} p where ${join}) limit 21;
`,
    },
  ];
}

const addFk: Template = {
  summary: 'A foreign key: its index first, then for new rows, then proved for all.',
  usage: usages.fk,
  tables: ({ target, flags }) => [target, ...(flags.references ? [flags.references] : [])],
  draft: (request) =>
    keyDrafts(request, namedColumns(request, usages.fk), required(request.flags.references, 'The other table (--references)', usages.fk)),
};

function checkDrafts(target: string, name: string, condition: string): Draft[] {
  const { name: table } = split(target, usages.check);
  const where = qualifiedIdent(target);
  const constraint = objectName(table, [name], 'check');
  return [
    {
      slug: `check_${table}_${name}`,
      up: `alter table ${where} add constraint ${constraint} check (${condition}) not valid;\n`,
      down: `alter table ${where} drop constraint ${constraint};\n`,
      meta: { phase: 'expand' },
    },
    validated(where, `check_${table}_${name}`, constraint, `not (${condition})`),
  ];
}

const addCheck: Template = {
  summary: 'A check: for new rows at once, then proved for all.',
  usage: usages.check,
  draft(request) {
    const condition = required(request.flags.check, 'The condition (--check)', usages.check);
    return checkDrafts(request.target, required(request.columns[0]?.name, 'A name for it, such as amount', usages.check), condition);
  },
};

const constrain: Template = {
  summary: 'Many rules at once: rows that break them are set aside or shown, then each rule is added and proved.',
  usage: usages.constrain,
  tables: ({ target, columns }) => [
    target,
    ...columns.flatMap(({ name, expression }) => (name === 'fk' && expression ? [expression] : [])),
  ],
  draft(request) {
    const { name: table } = split(request.target, usages.constrain);
    const where = qualifiedIdent(request.target);
    const violations: { readonly rule: string; readonly condition: string }[] = [];
    const drafts: Draft[] = [];
    for (const { name: kind, type = '', expression } of request.columns) {
      const columns = type.split(',');
      if (kind === 'not-null') {
        checked(request, columns);
        const constraint = objectName(table, columns, 'not_null');
        violations.push({ rule: constraint, condition: `r.${ident(type)} is null` });
        drafts.push(
          {
            slug: `require_${table}_${type}`,
            up: `alter table ${where} add constraint ${constraint} not null ${ident(type)} not valid;\n`,
            down: `alter table ${where} drop constraint ${constraint};\n`,
            meta: { phase: 'expand' },
          },
          validated(where, `require_${table}_${type}`, constraint, `${ident(type)} is null`),
        );
      } else if (kind === 'check') {
        const condition = required(expression, `The condition of ${type}`, usages.constrain);
        violations.push({ rule: objectName(table, [type], 'check'), condition: `not (${condition})` });
        drafts.push(...checkDrafts(request.target, type, condition));
      } else if (kind === 'unique') {
        drafts.push(...uniqueDrafts(request.target, factsOf(request), checked(request, columns)));
      } else if (kind === 'fk') {
        const references = required(expression, `The table ${type} refers to`, usages.constrain);
        const parentKey = keyOf(factsOf(request, references));
        const own = parentKey.length === columns.length + 1 ? ['tenant_id', ...columns] : columns;
        const join = own.map((column, n) => `p.${ident(parentKey[n] ?? '')} = r.${ident(column)}`).join(' and ');
        const isGiven = own.map((column) => `r.${ident(column)} is not null`).join(' and ');
        violations.push({
          rule: objectName(table, columns, 'fk'),
          condition: `${isGiven} and not exists (select from ${qualifiedIdent(references)} p where ${join})`,
        });
        drafts.push(...keyDrafts(request, columns, references));
      } else {
        throw templateErrors.TEMPLATE_USAGE({ problem: `"${kind}" is no kind of rule`, usage: usages.constrain });
      }
    }
    return request.flags.into === undefined ? drafts : [setAside(request, table, violations, request.flags.into), ...drafts];
  },
};

/** Moves the rows that break a rule into a table of their own, each with the rules it breaks. */
function setAside(
  request: TemplateRequest,
  table: string,
  violations: readonly { readonly rule: string; readonly condition: string }[],
  into: string,
): Draft {
  const where = qualifiedIdent(request.target);
  const { name } = split(into, usages.constrain);
  const key = keyOf(factsOf(request));
  if (violations.length === 0 || key.length === 0) {
    throw templateErrors.TEMPLATE_REFUSED({
      what: `Setting rows of ${request.target} aside`,
      why: key.length === 0 ? 'it has no primary key' : 'which of two equal rows is the wrong one, nobody but you can say',
      remedy: 'Leave --into out; the rows are shown then.',
    });
  }
  const broken = violations.map(({ rule, condition }) => `case when ${condition} then '${rule}' end`);
  const same = key.map((column) => `b.${ident(column)} = r.${ident(column)}`).join(' and ');
  return {
    slug: `set_aside_${table}`,
    up: `-- Nothing is lost: rows that break a rule wait here, with the names of the rules, until somebody corrected them.
create table ${qualifiedIdent(into)} (
  id uuid not null default uuidv7(),
  broken text[] not null,
  body jsonb not null,
  created timestamptz not null default now(),
  constraint ${objectName(name, [], 'pk')} primary key (id)
);
comment on table ${qualifiedIdent(into)} is 'Rows of ${request.target} that broke a rule when it was made.';
comment on column ${qualifiedIdent(into)}.id is 'uuid v7.';
comment on column ${qualifiedIdent(into)}.broken is 'The rules it broke.';
comment on column ${qualifiedIdent(into)}.body is 'The row as it was.';
comment on column ${qualifiedIdent(into)}.created is 'When it was set aside.';

-- @idempotent
with bad as (
  select r.*, array_remove(array[
    ${broken.join(',\n    ')}
  ], null) as broken
    from ${where} r
), moved as (
  delete from ${where} r using bad b where ${same} and cardinality(b.broken) > 0 returning b.broken, to_jsonb(r) as body
)
insert into ${qualifiedIdent(into)} (broken, body) select broken, body from moved;
`,
    down: `insert into ${where} select (jsonb_populate_record(null::${where}, body)).* from ${qualifiedIdent(into)};
drop table ${qualifiedIdent(into)};
`,
    meta: { phase: 'expand' },
  };
}

export const ruleTemplates: Readonly<Record<string, Template>> = {
  'add-index': addIndex,
  'add-unique': addUnique,
  'add-fk': addFk,
  'add-check': addCheck,
  constrain,
};
