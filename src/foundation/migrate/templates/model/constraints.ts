import type { Draft } from '../../model/draft.ts';
import { ident, idents, objectName, qualifiedIdent } from '../../model/sql-text.ts';
import { templateErrors } from '../errors.ts';
import { validated } from './columns.ts';
import { indexDraft } from './indexes.ts';
import { checked, factsOf, keyOf, namedColumns, required, split } from './request.ts';
import type { Template, TemplateRequest } from './types.ts';

const usages = {
  fk: 'add-fk <schema.table> <column>… --references <schema.table> [--on-delete <action>]',
  check: 'add-check <schema.table> <name> --check <condition>',
} as const;

/** The columns of the reference: with the tenant first where both sides have one, as the key of the other table says. */
export function keyDrafts(request: TemplateRequest, columns: readonly string[], references: string): Draft[] {
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

export const addFk: Template = {
  summary: 'A foreign key: its index first, then for new rows, then proved for all.',
  usage: usages.fk,
  tables: ({ target, flags }) => [target, ...(flags.references ? [flags.references] : [])],
  draft: (request) =>
    keyDrafts(request, namedColumns(request, usages.fk), required(request.flags.references, 'The other table (--references)', usages.fk)),
};

/** Added for new rows at once, then proved for all. */
export function checkDrafts(target: string, name: string, condition: string): Draft[] {
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

export const addCheck: Template = {
  summary: 'A check: for new rows at once, then proved for all.',
  usage: usages.check,
  draft(request) {
    const condition = required(request.flags.check, 'The condition (--check)', usages.check);
    return checkDrafts(request.target, required(request.columns[0]?.name, 'A name for it, such as amount', usages.check), condition);
  },
};
