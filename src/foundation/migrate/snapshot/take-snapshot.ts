import type { Executor } from '../../../kernel/index.ts';
import { snapshotErrors } from './errors.ts';
import { type Grantable, readAcl, readItems } from './model/acl.ts';
import { objectOf, snapshotOf, trim } from './model/build.ts';
import type { Acl, Bodies, ColumnBody, DomainConstraint, ObjectKind, Snapshot, SnapshotObject } from './model/types.ts';
import {
  type ListColumnsRow,
  listColumns,
  listConstraints,
  listDefaultPrivileges,
  listDomains,
  listEventTriggers,
  listExtensions,
  listIndexes,
  listPolicies,
  listPublications,
  listRoutines,
  listRules,
  listSchemas,
  listSequences,
  listStatistics,
  listTables,
  listTriggers,
  listTypes,
  listUnknown,
  listViews,
  serverVersion,
} from './sql/queries/queries.gen.ts';

// How the server prints names and constants depends on these; undone by the savepoint.
const printing = `savepoint plinth_snapshot; set local search_path = pg_catalog; set local quote_all_identifiers = off;
set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1;
set local bytea_output = 'hex'; set local row_security = off`;

/**
 * Describes the schema of a database: about twenty statements, whatever its size. It runs in the open transaction of `executor`,
 * which should be repeatable read so that all of them see the same state; settings are left as they were. Takes no locks that
 * stand in anybody's way and sees only what the role may see of the catalog (everybody sees nearly everything).
 *
 * @param request `schemas`: only these, and nothing that belongs to the whole database (extensions, publications, event triggers)
 * @throws PLINTH_MIGRATE_UNKNOWN_OBJECT when there is something a snapshot cannot describe
 */
export async function takeSnapshot(executor: Executor, request: { readonly schemas?: readonly string[] } = {}): Promise<Snapshot> {
  await executor.query({ text: printing });
  const snapshot = await read(executor, request.schemas ?? null);
  await executor.query({ text: 'rollback to savepoint plinth_snapshot; release savepoint plinth_snapshot' });
  return snapshot;
}

async function read(executor: Executor, schemas: readonly string[] | null): Promise<Snapshot> {
  const isWhole = schemas === null;
  const { version } = await serverVersion.one(executor, {});
  const schemaRows = await listSchemas.all(executor, { schemas });
  const namespaces = schemaRows.map(({ oid }) => oid);
  const unknown = await listUnknown.all(executor, { namespaces, is_whole: isWhole });
  if (unknown.length > 0) throw snapshotErrors.UNKNOWN_OBJECT({ objects: unknown.map(({ words }) => words) });

  const objects: SnapshotObject[] = [];
  const granted = (row: { readonly acl: string[] | null; readonly owner: string }, kind: Grantable) => {
    const { acl: items, ...rest } = row;
    const acl = readAcl(items, kind, row.owner, version);
    return { ...rest, ...(acl && { acl }) };
  };
  const add = <K extends ObjectKind>(kind: K, name: string, body: object, place?: Parameters<typeof objectOf>[3]) => {
    objects.push(objectOf(kind, name, trim(body) as unknown as Bodies[K], place));
  };

  for (const { oid, name, ...row } of schemaRows) add('schema', name, granted(row, 'schema'));

  const columns = Map.groupBy(await listColumns.all(executor, { namespaces }), ({ relation }) => relation);
  const relations = new Map<number, string>();
  for (const { oid, name, ...row } of await listTables.all(executor, { namespaces })) {
    relations.set(oid, name);
    const own = columns.get(oid) ?? [];
    const body = { ...granted(row, 'relation'), columns: columnsOf(own, row.owner, version) };
    add('table', name, body, { columnOrder: own.map((column) => column.name) });
  }
  for (const { oid, name, isMaterialized, ...row } of await listViews.all(executor, { namespaces })) {
    relations.set(oid, name);
    const body = { ...granted(row, 'relation'), columns: columnsOf(columns.get(oid) ?? [], row.owner, version) };
    add(isMaterialized ? 'materialized view' : 'view', name, body);
  }
  for (const { oid, name, ...row } of await listSequences.all(executor, { namespaces })) add('sequence', name, granted(row, 'sequence'));
  for (const { oid, name, relation, ...row } of await listTypes.all(executor, { namespaces })) {
    const own = columns.get(relation) ?? [];
    if (relation === 0) add('type', name, granted(row, 'type'));
    else {
      const body = { ...granted(row, 'type'), columns: columnsOf(own, row.owner, version) };
      add('type', name, body, { columnOrder: own.map((column) => column.name) });
    }
  }
  for (const { name, constraints, ...row } of await listDomains.all(executor, { namespaces })) {
    add('domain', name, { ...granted(row, 'type'), ...(constraints.length > 0 && { constraints: domainConstraints(constraints) }) });
  }
  for (const { name, isProcedure, ...row } of await listRoutines.all(executor, { namespaces })) {
    add(isProcedure ? 'procedure' : 'function', name, granted(row, 'function'));
  }

  // What belongs to a relation of an extension belongs to the extension.
  const addParts = <R extends { readonly relation: number; readonly name: string }>(
    kind: ObjectKind,
    rows: readonly R[],
    bodyOf: (row: Omit<R, 'relation' | 'name'>) => object = (row) => row,
  ) => {
    for (const { relation, name, ...row } of rows) {
      const on = relations.get(relation);
      if (on !== undefined) add(kind, name, bodyOf(row), { on });
    }
  };
  addParts('constraint', await listConstraints.all(executor, { namespaces }), (row) => ({
    ...row,
    definition: row.definition.replace(/ NOT (VALID|ENFORCED)$/, ''),
  }));
  addParts('index', await listIndexes.all(executor, { namespaces }));
  addParts('trigger', await listTriggers.all(executor, { namespaces }));
  addParts('policy', await listPolicies.all(executor, { namespaces }));
  addParts('rule', await listRules.all(executor, { namespaces }));
  addParts('statistics', await listStatistics.all(executor, { namespaces }));

  for (const { role, schema, objects: what, acl } of await listDefaultPrivileges.all(executor, { namespaces, is_whole: isWhole })) {
    const place = `on ${what}${schema === null ? '' : ` in schema ${schema}`} for ${role}`;
    add('default privileges', place, { acl: readItems(acl, grantables[what] ?? 'relation', role, version) });
  }
  if (isWhole) {
    for (const { name, ...row } of await listExtensions.all(executor, {})) add('extension', name, row);
    for (const { name, ...row } of await listPublications.all(executor, {})) add('publication', name, row);
    for (const { name, ...row } of await listEventTriggers.all(executor, {})) add('event trigger', name, row);
  }
  return snapshotOf(version, objects);
}

const grantables: Readonly<Record<string, Grantable>> = {
  sequences: 'sequence',
  functions: 'function',
  types: 'type',
  schemas: 'schema',
  'large objects': 'large object',
};

/** By name in a fixed order: the order in the table is a property of its own. */
function columnsOf(rows: readonly ListColumnsRow[], owner: string, version: number): Record<string, ColumnBody> {
  const bodies: [string, ColumnBody][] = rows.map(({ relation, name, acl: items, ...row }) => {
    const acl: Acl | undefined = readAcl(items, 'column', owner, version);
    return [name, trim({ ...row, ...(acl && { acl }) }) as unknown as ColumnBody];
  });
  return Object.fromEntries(bodies.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function domainConstraints(rows: readonly string[]): Record<string, DomainConstraint> {
  const read = rows.map((row) => {
    const [name, definition, isValid, comment] = JSON.parse(row) as [string, string, boolean, string | null];
    const body = { definition: definition.replace(/ NOT VALID$/, ''), isNotValid: !isValid, comment };
    return [name, trim(body) as unknown as DomainConstraint];
  });
  return Object.fromEntries(read);
}
