import type { Draft } from '../../model/draft.ts';
import { ident, objectName, qualifiedIdent } from '../../model/sql-text.ts';
import { templateErrors } from '../errors.ts';
import { validated } from './columns.ts';
import { checkDrafts, keyDrafts } from './constraints.ts';
import { uniqueDrafts } from './indexes.ts';
import { checked, factsOf, keyOf, required, split } from './request.ts';
import type { Template, TemplateRequest } from './types.ts';

const usage =
  'constrain <schema.table> <not-null:column | check:name=condition | unique:a,b | fk:column=schema.table>… [--into <quarantine table>]';

export const constrain: Template = {
  summary: 'Many rules at once: rows that break them are set aside or shown, then each rule is added and proved.',
  usage,
  tables: ({ target, columns }) => [
    target,
    ...columns.flatMap(({ name, expression }) => (name === 'fk' && expression ? [expression] : [])),
  ],
  draft(request) {
    const { name: table } = split(request.target, usage);
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
        const condition = required(expression, `The condition of ${type}`, usage);
        violations.push({ rule: objectName(table, [type], 'check'), condition: `not (${condition})` });
        drafts.push(...checkDrafts(request.target, type, condition));
      } else if (kind === 'unique') {
        drafts.push(...uniqueDrafts(request.target, factsOf(request), checked(request, columns)));
      } else if (kind === 'fk') {
        const references = required(expression, `The table ${type} refers to`, usage);
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
        throw templateErrors.TEMPLATE_USAGE({ problem: `"${kind}" is no kind of rule`, usage });
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
  const { name } = split(into, usage);
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
