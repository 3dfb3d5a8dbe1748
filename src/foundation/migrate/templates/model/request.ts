import { templateErrors } from '../errors.ts';
import type { ColumnFacts, ColumnRequest, TableFacts, TemplateRequest } from './types.ts';

/** Reads `name[:type][?][=expression]`, e.g. `due:timestamptz?`, `status:text='open'`, `due_at:due`. */
export function parseColumn(text: string): ColumnRequest {
  const [, name = '', type, mark, expression] = /^([^:?=]+)(?::([^?=]+))?(\?)?(?:=(.*))?$/s.exec(text) ?? ['', text];
  return {
    name: name.trim(),
    ...(type !== undefined && { type: type.trim() }),
    isNullable: mark !== undefined,
    ...(expression !== undefined && { expression: expression.trim() }),
  };
}

/** The parts of `schema.table`. @throws PLINTH_MIGRATE_TEMPLATE_USAGE */
export function split(table: string, usage: string): { readonly schema: string; readonly name: string } {
  const [schema, name, ...rest] = table.split('.');
  if (!schema || !name || rest.length > 0) throw templateErrors.TEMPLATE_USAGE({ problem: `"${table}" is not schema.table`, usage });
  return { schema, name };
}

/** The facts of a table that has to be there. @throws PLINTH_MIGRATE_TEMPLATE_NEEDS_TABLE */
export function factsOf(request: TemplateRequest, table: string = request.target): TableFacts {
  const found = request.facts(table);
  if (!found) throw templateErrors.TEMPLATE_NEEDS_TABLE({ table, tier: 'this tier' });
  return found;
}

/** @throws PLINTH_MIGRATE_TEMPLATE_NO_COLUMN */
export function columnOf(table: string, facts: TableFacts, column: string): ColumnFacts {
  const found = facts.columns.find(({ name }) => name === column);
  if (!found) throw templateErrors.TEMPLATE_NO_COLUMN({ table, column, columns: facts.columns.map(({ name }) => name) });
  return found;
}

/** The columns of the primary key; none where there is no key. */
export function keyOf(facts: TableFacts): readonly string[] {
  return facts.constraints.find(({ kind }) => kind === 'p')?.columns ?? [];
}

/** The one column of the request. @throws PLINTH_MIGRATE_TEMPLATE_USAGE */
export function onlyColumn(request: TemplateRequest, usage: string): ColumnRequest {
  const [column, ...rest] = request.columns;
  if (!column || rest.length > 0) throw templateErrors.TEMPLATE_USAGE({ problem: `Name one column, not ${request.columns.length}`, usage });
  return column;
}

/** What the template cannot do without. @throws PLINTH_MIGRATE_TEMPLATE_USAGE */
export function required(value: string | undefined, what: string, usage: string): string {
  if (value === undefined || value === '') throw templateErrors.TEMPLATE_USAGE({ problem: `${what} is missing`, usage });
  return value;
}

/** The same columns. @throws PLINTH_MIGRATE_TEMPLATE_NO_COLUMN for one that is not there */
export function checked(request: TemplateRequest, columns: readonly string[]): readonly string[] {
  for (const column of columns) columnOf(request.target, factsOf(request), column);
  return columns;
}

/** All columns of the request, which are there. @throws PLINTH_MIGRATE_TEMPLATE_USAGE, PLINTH_MIGRATE_TEMPLATE_NO_COLUMN */
export function namedColumns(request: TemplateRequest, usage: string): readonly string[] {
  if (request.columns.length === 0) throw templateErrors.TEMPLATE_USAGE({ problem: 'Name the columns', usage });
  return checked(
    request,
    request.columns.map(({ name }) => name),
  );
}
