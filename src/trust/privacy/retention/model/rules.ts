import { quoteIdentifier } from '../../../../kernel/index.ts';
import type { ColumnFacts, Neutral } from '../../catalog/index.ts';
import type { Classification } from '../../model/types.ts';
import type { RetentionRule } from '../types.ts';

/** A rule that fits its table: for one tenant, or for all but those that have one of their own. */
export interface FittingRule extends RetentionRule {
  readonly keep: string;
  readonly exceptTenants: readonly string[];
  readonly neutrals: ReadonlyMap<string, Neutral>;
}

const nameOf = ({ schema, table }: RetentionRule) => `${schema}.${table}`;

/** Years by classification: of the table, or the shortest of the columns that are anonymised; undefined where none says anything. */
export function classifiedYears(rule: RetentionRule, classifications: readonly Classification[]): number | undefined {
  const columns: readonly (string | undefined)[] = rule.method === 'anonymise' ? (rule.anonymised ?? []) : [undefined];
  const years = classifications.flatMap(({ place, retentionYears }) =>
    place.schema === rule.schema && place.table === rule.table && columns.includes(place.column) ? (retentionYears ?? []) : [],
  );
  return years.length === 0 ? undefined : Math.min(...years);
}

/** Tenants with a policy of their own for the table of a rule that is for all. */
export const exceptionsOf = (rule: RetentionRule, rules: readonly RetentionRule[]): readonly string[] =>
  rule.tenantId !== undefined
    ? []
    : rules.flatMap((other) =>
        other.tier === rule.tier && nameOf(other) === nameOf(rule) && other.tenantId !== undefined ? [other.tenantId] : [],
      );

/** Rows that are too old: a condition on `t`, and its values. */
export function dueRows(rule: FittingRule, cutoff: Date, isTenants: boolean): { readonly condition: string; readonly values: unknown[] } {
  const values: unknown[] = [cutoff];
  const conditions = [`t.${quoteIdentifier(rule.agedBy)} < $1::timestamptz`];
  if (isTenants && rule.tenantId !== undefined) conditions.push(`t.tenant_id = $${values.push(rule.tenantId)}::uuid`);
  if (isTenants && rule.exceptTenants.length > 0) conditions.push(`t.tenant_id <> all ($${values.push(rule.exceptTenants)}::uuid[])`);
  const done = [...rule.neutrals.values()].map(({ isDone }) => isDone);
  if (done.length > 0) conditions.push(`not (${done.join(' and ')})`);
  return { condition: conditions.join(' and '), values };
}

/** One batch: deletes or anonymises at most `limit` of the rows that are too old. */
export function batchStatement(
  rule: FittingRule,
  cutoff: Date,
  isTenants: boolean,
  limit: number,
): { readonly text: string; readonly values: unknown[] } {
  const table = `${quoteIdentifier(rule.schema)}.${quoteIdentifier(rule.table)}`;
  const { condition, values } = dueRows(rule, cutoff, isTenants);
  const rows = `(t.tableoid, t.ctid) in (select t.tableoid, t.ctid from ${table} t where ${condition} limit ${limit})`;
  const set = [...rule.neutrals].map(([name, { value }]) => `${quoteIdentifier(name)} = ${value}`).join(', ');
  return { text: rule.method === 'delete' ? `delete from ${table} t where ${rows}` : `update ${table} t set ${set} where ${rows}`, values };
}

/** Why a column cannot say how old a row is; undefined when it can. */
export const ageProblem = (column: ColumnFacts | undefined, name: string): string | undefined => {
  if (!column) return `it has no column ${name}`;
  return column.type === 'date' || column.type.startsWith('timestamp')
    ? undefined
    : `${name} is ${column.type}, neither date nor timestamp`;
};
