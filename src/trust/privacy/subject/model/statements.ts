import { quoteIdentifier } from '../../../../kernel/index.ts';
import type { EncryptedColumn } from '../../../crypto/index.ts';
import type { ColumnFacts, Neutral } from '../../catalog/index.ts';
import type { Identifier, SubjectLink } from '../types.ts';

/** A link with what the catalog says of its table; only what fits gets here. */
export interface LinkedTable extends SubjectLink {
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  /** Has a column `tenant_id`. Rows of a table without one belong to the platform. */
  readonly isTenants: boolean;
  /** Columns that hold sealed values, by name. */
  readonly sealed: ReadonlyMap<string, EncryptedColumn>;
  /** Name and value of what is anonymised. */
  readonly neutrals: ReadonlyMap<string, Neutral>;
  /** Why it is touched although nobody declared it. */
  readonly implied?: string;
  /** Its rows forbid that rows of this table are deleted: they refer to them and stay. */
  readonly blocks?: string;
}

/** What a table is searched for. */
export interface Sought {
  readonly identifiers: readonly Identifier[];
  /** By sealed column: terms of its blind index in hexadecimal, each for one tenant. */
  readonly terms: ReadonlyMap<string, readonly { readonly tenantId: string; readonly term: string }[]>;
}

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const integer = /^-?\d{1,18}$/;

const elementOf = (type: string) => type.replace(/\[\]$/, '');

/** Whether `value` can be one of that type at all, or of its elements; what cannot finds nothing, and would be an error of the cast. */
function canBe(value: string, { type }: ColumnFacts): boolean {
  const element = elementOf(type);
  if (element === 'uuid') return uuid.test(value);
  if (element === 'bigint' || element === 'integer' || element === 'smallint') return integer.test(value);
  return /^(?:text|character\b.*|(?:.*\.)?citext)$/.test(element);
}

/** Types whose values can be compared with those of identifiers. */
export const isComparable = (column: ColumnFacts): boolean => canBe('0', column) || canBe('00000000-0000-0000-0000-000000000000', column);

/** How a column, or an element of it, is compared with `k.value`. Only an index over the same expression helps for addresses and phone numbers. */
function comparison({ name, type }: ColumnFacts, kind: string): string {
  const column = `t.${quoteIdentifier(name)}`;
  const compared = (value: string) => {
    // Also as headers of mails have it: Name <address>.
    if (kind === 'email') return `lower(btrim(regexp_replace(${value}::text, '^.*<([^<>]*)>[^<>]*$', '\\1'))) = k.value`;
    if (kind === 'phone') return `regexp_replace(regexp_replace(${value}::text, '^\\s*00', ''), '\\D', '', 'g') = k.value`;
    return `${value} = k.value::${elementOf(type)}`;
  };
  return type.endsWith('[]') ? `exists (select from unnest(${column}) e (value) where ${compared('e.value')})` : compared(column);
}

const qualified = ({ schema, table }: LinkedTable) => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;

/** One join per matching column for which the person has identifiers: `join` with `k`, and the condition on it. */
function matchesOf(table: LinkedTable, { identifiers, terms }: Sought) {
  return Object.entries(table.matches).flatMap(([name, kind]) => {
    const index = table.sealed.get(name)?.index;
    const known = terms.get(name) ?? [];
    if (index) {
      const condition = `t.${quoteIdentifier(index.column)} = decode(k.value, 'hex') and k.tenant_id = t.tenant_id`;
      return known.length === 0 ? [] : [{ condition, values: [known.map(({ term }) => term), known.map(({ tenantId }) => tenantId)] }];
    }
    const column = table.columns.get(name) as ColumnFacts;
    const fitting = identifiers.filter(
      (one) => one.kind === kind && canBe(one.value, column) && (table.isTenants || one.tenantId === undefined),
    );
    if (fitting.length === 0) return [];
    const isTenant = table.isTenants ? ' and (k.tenant_id is null or k.tenant_id = t.tenant_id)' : '';
    return [
      {
        condition: `${comparison(column, kind)}${isTenant}`,
        values: [fitting.map((one) => one.value), fitting.map((one) => one.tenantId ?? null)],
      },
    ];
  });
}

const given = (first: number) => `unnest($${first}::text[], $${first + 1}::uuid[]) as k (value, tenant_id)`;

/** Of anonymised rows only those that still have something. */
const isLeft = ({ neutrals }: LinkedTable) =>
  neutrals.size === 0 ? '' : ` and not (${[...neutrals.values()].map(({ isDone }) => isDone).join(' and ')})`;

/** Places of the person's rows (`tableoid`, `ctid`), each once; undefined when no identifier fits. */
function rowsOf(table: LinkedTable, sought: Sought, all: boolean): Statement | undefined {
  const matches = matchesOf(table, sought);
  if (matches.length === 0) return undefined;
  const selects = matches.map(
    ({ condition }, index) =>
      `select t.tableoid, t.ctid from ${qualified(table)} t, ${given(index * 2 + 1)} where ${condition}${all ? '' : isLeft(table)}`,
  );
  return { text: selects.join(' union '), values: matches.flatMap(({ values }) => values) };
}

/** How many rows are the person's and not erased yet, per leaf table: `leaf`, `found`. */
export function countRows(table: LinkedTable, sought: Sought): Statement | undefined {
  const rows = rowsOf(table, sought, false);
  return (
    rows && {
      text: `select n.nspname as schema, c.relname as "table", r.found from (select tableoid, count(*) as found from (${rows.text}) m group by 1) r join pg_catalog.pg_class c on c.oid = r.tableoid join pg_catalog.pg_namespace n on n.oid = c.relnamespace order by 1, 2`,
      values: rows.values,
    }
  );
}

/** The person's rows, also those that are anonymised already. `shape` is what to select of `t`. */
export function selectRows(table: LinkedTable, sought: Sought, shape: string): Statement | undefined {
  const rows = rowsOf(table, sought, true);
  return (
    rows && {
      text: `select ${shape} from ${qualified(table)} t where (t.tableoid, t.ctid) in (${rows.text})`,
      values: rows.values,
    }
  );
}

/** What the person's rows hold in each yielding column, with the tenant it is good for, each once: `value`, `tenant_id`; `limit` of them. */
export function selectYields(table: LinkedTable, sought: Sought, limit: number) {
  return Object.entries(table.yields ?? {}).flatMap(([column, kind]) => {
    const value = `t.${quoteIdentifier(column)}::text`;
    const rows = selectRows(table, sought, `distinct ${value} as value, ${table.isTenants ? 't.tenant_id' : 'null::uuid'} as tenant_id`);
    return rows ? [{ column, kind, statement: { ...rows, text: `${rows.text} and ${value} <> '' limit ${limit}` } }] : [];
  });
}

/** The statements that erase the person's rows, one per matching column; none for a table that keeps them. */
export function eraseRows(table: LinkedTable, sought: Sought): readonly Statement[] {
  if (table.method === 'keep') return [];
  const set = [...table.neutrals].map(([name, { value }]) => `${quoteIdentifier(name)} = ${value}`).join(', ');
  const [head, list] =
    table.method === 'delete' ? [`delete from ${qualified(table)} t using`, ''] : [`update ${qualified(table)} t`, ` set ${set} from`];
  return matchesOf(table, sought).map(({ condition, values }) => ({
    text: `${head}${list} ${given(1)} where ${condition}${isLeft(table)}`,
    values,
  }));
}
