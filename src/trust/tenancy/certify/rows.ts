import { createHash, randomUUID } from 'node:crypto';
import type { Transaction } from '../../../foundation/connect/index.ts';
import { messageOf, PlinthError, quoteIdentifier, quoteQualified } from '../../../kernel/index.ts';
import type { Relation } from '../model/coverage.ts';
import { type ReadColumnsRow, readColumns } from '../sql/queries/queries.gen.ts';

/** A row made up for one tenant: the columns that were given, and the whole row as it was stored. */
export interface MadeRow {
  readonly given: readonly string[];
  readonly stored: Readonly<Record<string, unknown>>;
}
export type MadeRows = ReadonlyMap<string, MadeRow | { readonly failure: string }>;

const maxTries = 24;

/**
 * Makes up one row per table in reach of the application for a tenant, parents before children, with values that fit types, checks and
 * foreign keys as far as that can be found out by trying. A table that takes none is there with the reason.
 */
export async function makeRows(tx: Transaction, relations: readonly Relation[], tenantId: string): Promise<MadeRows> {
  // What a deferred key refuses has to show at the row that breaks it, not at the end.
  await tx.query({ text: 'set constraints all immediate' });
  const columns = Map.groupBy(await readColumns.all(tx, {}), (column) => `${column.schema_name}.${column.table_name}`);
  const made = new Map<string, MadeRow | { failure: string }>();
  const needed = reachable(relations);
  const waiting = relations.filter((relation) => columns.has(nameOf(relation)) && needed.has(nameOf(relation)));
  // One round more than the longest chain of references; a circle is broken by its nullable columns.
  for (let round = 0; waiting.length > 0 && round <= relations.length; round++) {
    const isLast = round === relations.length;
    for (const relation of waiting.splice(0)) {
      const isReady = relation.foreignKeys.every(({ target }) => made.has(target) || target === nameOf(relation) || !columns.has(target));
      if (isReady || isLast) made.set(nameOf(relation), await makeRow(tx, relation, columns.get(nameOf(relation)) ?? [], tenantId, made));
      else waiting.push(relation);
    }
  }
  return made;
}

/**
 * Names of the tables that the application may do anything with, and of those they refer to. No row is made up elsewhere: it proves nothing,
 * and could not be removed from a table that is only ever added to.
 */
function reachable(relations: readonly Relation[]): ReadonlySet<string> {
  const byName = new Map(relations.map((relation) => [nameOf(relation), relation]));
  const found = new Set(relations.filter(({ granted }) => granted.length > 0).map(nameOf));
  // A set that grows while it is walked through is walked through to its end.
  for (const name of found) for (const { target } of byName.get(name)?.foreignKeys ?? []) found.add(target);
  return found;
}

const nameOf = ({ schema, table }: Relation) => `${schema}.${table}`;

async function makeRow(
  tx: Transaction,
  relation: Relation,
  columns: readonly ReadColumnsRow[],
  tenantId: string,
  made: MadeRows,
): Promise<MadeRow | { failure: string }> {
  const known: Record<string, unknown> = { tenant_id: tenantId, ...(await references(tx, relation, made)) };
  const choice = new Map<string, number>();
  const isFilled = new Set(columns.filter((column) => column.is_required && !column.has_default).map(({ name }) => name));
  let failure = '';
  for (let tries = 0; tries < maxTries; tries++) {
    const values: Record<string, unknown> = {};
    for (const column of columns) {
      if (column.is_generated) continue;
      if (column.name in known) values[column.name] = known[column.name];
      else if (isFilled.has(column.name)) {
        const options = candidates(column);
        values[column.name] = options[(choice.get(column.name) ?? 0) % options.length];
      }
    }
    try {
      const stored = await tx.savepoint(() => insertRow(tx, relation, values));
      return { given: Object.keys(values), stored };
    } catch (error) {
      failure = messageOf(error);
      const constraint = error instanceof PlinthError ? error.details.constraint : undefined;
      const blamed = columns.filter((column) => column.checks.includes(String(constraint)) && !(column.name in known));
      if (blamed.length === 0) break;
      // The check may want another value, or any at all. One column at a time, so that all combinations come up.
      const column = blamed[tries % blamed.length] as ReadColumnsRow;
      if (isFilled.has(column.name)) choice.set(column.name, (choice.get(column.name) ?? 0) + 1);
      else isFilled.add(column.name);
    }
  }
  return { failure };
}

/**
 * Values of the foreign keys: of the row that was made for the same tenant, else of any row of a table without tenants.
 * A row of this tenant that is not there yet (a circle of references) leaves the key empty.
 */
async function references(tx: Transaction, relation: Relation, made: MadeRows): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const { target, pairs } of relation.foreignKeys) {
    if (target === nameOf(relation)) continue;
    const parent = made.get(target);
    const ofTenant = parent && 'stored' in parent ? parent.stored : undefined;
    const isShared = !pairs.some((pair) => pair.startsWith('tenant_id='));
    const stored = ofTenant ?? (isShared ? await anyRow(tx, target) : undefined);
    for (const pair of pairs) {
      const [own = '', other = ''] = pair.split('=');
      if (own !== 'tenant_id' && stored) values[own] = stored[other];
    }
  }
  return values;
}

async function anyRow(tx: Transaction, table: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await tx.query({ text: `select to_jsonb(t) as row from ${quoteQualified(table)} t limit 1` });
  return rows[0]?.row;
}

async function insertRow(tx: Transaction, relation: Relation, values: Record<string, unknown>): Promise<Record<string, unknown>> {
  const table = `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.table)}`;
  const { rows } = await tx.query({
    text: `${insertText(table, Object.keys(values))} returning to_jsonb(made) as row`,
    values: [JSON.stringify(values)],
  });
  return rows[0].row;
}

/** An insert of the given columns from a row in JSON, `$1`. */
export function insertText(table: string, columns: readonly string[]): string {
  const list = columns.map(quoteIdentifier).join(', ');
  return `insert into ${table} as made (${list}) select ${list} from jsonb_populate_record(null::${table}, $1)`;
}

/** Values of a type that may please a check, likely ones first; the literals of its checks before all. */
function candidates({ type, literals }: ReadColumnsRow): readonly unknown[] {
  const digest = (name: string) => `\\x${createHash(name).update(randomUUID()).digest('hex')}`;
  const word = randomUUID().replaceAll('-', '');
  if (type.endsWith('[]')) return ['{}'];
  switch (type) {
    case 'uuid':
      return [randomUUID()];
    case 'boolean':
      return [false, true];
    case 'bytea':
      return [digest('sha256'), '\\x', digest('sha1'), digest('md5'), digest('sha512')];
    case 'json':
    case 'jsonb':
      return [{}, []];
    case 'date':
    case 'timestamp without time zone':
    case 'timestamp with time zone':
      return [new Date().toISOString(), '2000-01-01', '2100-01-01'];
    case 'interval':
      return ['1 hour'];
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'numeric':
    case 'real':
    case 'double precision':
      return [1, 0, 100, 4096];
    default:
      return [
        ...literals,
        `c${word}`,
        `${word}@example.org`,
        'a',
        `${word}${word}`,
        'application/octet-stream',
        '1',
        'EUR',
        `${word}.example.org`,
        `https://example.org/${word}`,
      ];
  }
}
