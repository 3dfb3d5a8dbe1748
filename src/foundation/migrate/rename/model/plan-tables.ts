import { ident, literal } from '../../model/sql-text.ts';
import type { RenameMap, TierMap } from '../types.ts';
import { attachedName, columnName, legacySchema } from './names.ts';

/** A table as the catalog has it, with all that is called after it. */
export interface NamedTable {
  readonly schema: string;
  readonly name: string;
  readonly isPartition: boolean;
  readonly columns: readonly string[];
  readonly constraints: readonly string[];
  readonly indexes: readonly string[];
  readonly sequences: readonly string[];
  readonly policies: readonly string[];
  readonly triggers: readonly string[];
  readonly grants: readonly { readonly to: string; readonly what: string }[];
}

export interface TablePlan {
  /** Old `schema.table`, quoted; locked first. */
  readonly table: string;
  readonly renamed: readonly string[];
  readonly statements: readonly string[];
  /** Views of the old names; writable, or the plan is refused. */
  readonly views: readonly string[];
}

/**
 * What it takes to give the tables their new names; none for tables that have them. The views of `<schema>_legacy` are made before
 * anything is renamed: a view follows its table by itself and goes on showing the names it was made with.
 *
 * `taken` are new names that another table has already.
 */
export function planTables(
  map: RenameMap,
  tier: TierMap,
  tables: readonly NamedTable[],
): { readonly plans: readonly TablePlan[]; readonly taken: readonly string[]; readonly names: ReadonlyMap<string, string> } {
  const merged = new Set((tier.merges ?? []).map(({ source }) => source));
  const there = new Set(tables.map(({ schema, name }) => `${schema}.${name}`));
  const names = new Map<string, string>();
  const taken: string[] = [];
  const plans: TablePlan[] = [];
  for (const table of tables) {
    if (merged.has(`${table.schema}.${table.name}`)) continue;
    const to = tableName(tier, table, tables);
    const columns = table.columns.map((column) => [column, columnName(map, column)] as const).filter(([from, name]) => from !== name);
    if (to === table.name && columns.length === 0) continue;
    if (to !== table.name && there.has(`${table.schema}.${to}`)) taken.push(`${table.schema}.${table.name} and ${table.schema}.${to}`);
    for (const [from, name] of columns) {
      if (table.columns.includes(name)) taken.push(`${table.schema}.${table.name}.${from} and .${name}`);
      names.set(from, ident(name));
    }
    if (to !== table.name) names.set(table.name, ident(to));
    plans.push(planTable(table, to, columns));
  }
  return { plans, taken, names };
}

/** Partitions are called after their parent and follow it. */
function tableName(tier: TierMap, table: NamedTable, all: readonly NamedTable[]): string {
  const given = tier.tables?.[table.name];
  if (given !== undefined || !table.isPartition) return given ?? table.name;
  const parents = all.filter((one) => !one.isPartition && table.name.startsWith(`${one.name}_`)).map(({ name }) => name);
  const parent = parents.sort((a, b) => b.length - a.length)[0];
  const to = parent === undefined ? undefined : tier.tables?.[parent];
  return to === undefined || parent === undefined ? table.name : to + table.name.slice(parent.length);
}

function planTable(table: NamedTable, to: string, columns: readonly (readonly [string, string])[]): TablePlan {
  const { schema, name } = table;
  const old = `${ident(schema)}.${ident(name)}`;
  const now = `${ident(schema)}.${ident(to)}`;
  const byNewName = new Map(columns);
  const attached = (kind: readonly string[], statement: (from: string, to: string) => string) =>
    kind.flatMap((from) => {
      const name_ = attachedName(from, { from: name, to }, columns);
      return name_ === from ? [] : [statement(ident(from), ident(name_))];
    });
  const legacy = `${ident(legacySchema(schema))}.${ident(name)}`;
  const hasViews = !table.isPartition;
  const statements = [
    // A partition's columns, and names that its parent gave, go with the parent.
    ...(hasViews ? viewOf(table, legacy, `select ${table.columns.map(ident).join(', ')} from ${old}`) : []),
    ...(table.isPartition ? [] : columns.map(([from, name_]) => `alter table ${old} rename column ${ident(from)} to ${ident(name_)}`)),
    ...(to === name ? [] : [`alter table ${old} rename to ${ident(to)}`]),
    ...attached(table.constraints, (from, name_) => `alter table ${now} rename constraint ${from} to ${name_}`),
    ...attached(table.indexes, (from, name_) => `alter index ${ident(schema)}.${from} rename to ${name_}`),
    ...attached(table.sequences, (from, name_) => `alter sequence ${ident(schema)}.${from} rename to ${name_}`),
    ...attached(table.policies, (from, name_) => `alter policy ${from} on ${now} rename to ${name_}`),
    ...attached(table.triggers, (from, name_) => `alter trigger ${from} on ${now} rename to ${name_}`),
  ];
  const views = hasViews ? [legacy] : [];
  if (hasViews && to !== name) {
    const shown = table.columns.map((column) => {
      const name_ = byNewName.get(column);
      return name_ === undefined ? ident(column) : `${ident(name_)} as ${ident(column)}`;
    });
    statements.push(...viewOf(table, old, `select ${shown.join(', ')} from ${now}`));
    views.push(old);
  }
  const renamed = [
    ...(to === name ? [] : [`${schema}.${name} → ${schema}.${to}`]),
    ...(table.isPartition ? [] : columns.map(([from, name_]) => `${schema}.${to}.${from} → ${name_}`)),
  ];
  return { table: old, renamed, statements, views };
}

function viewOf(table: NamedTable, view: string, query: string): string[] {
  return [
    `create view ${view} with (security_invoker = true) as ${query}`,
    `comment on view ${view} is ${literal(`Former names of ${table.schema}.${table.name}, for programs that still use them.`)}`,
    ...table.grants.map(({ what, to }) => `grant ${what} on ${view} to ${to}`),
  ];
}
