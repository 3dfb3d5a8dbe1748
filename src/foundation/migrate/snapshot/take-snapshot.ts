import type { Executor } from '../../../kernel/index.ts';
import { snapshotErrors } from './errors.ts';
import { type Grantable, readAcl, readItems } from './model/acl.ts';
import { objectOf, snapshotOf, trim } from './model/build.ts';
import type {
  Acl,
  Bodies,
  ColumnBody,
  Dependency,
  Described,
  DomainConstraint,
  ObjectKind,
  Snapshot,
  SnapshotObject,
} from './model/types.ts';
import {
  type ListColumnsRow,
  listColumnNumbers,
  listColumns,
  listConstraints,
  listDefaultPrivileges,
  listDependencies,
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
  return (await readPrinted(executor, request.schemas ?? null)).snapshot;
}

/** A snapshot with what cannot be there without what; for making one database out of another. The same conditions and errors. */
export async function describeDatabase(executor: Executor, request: { readonly schemas?: readonly string[] } = {}): Promise<Described> {
  const { snapshot, numbers, namespaces } = await readPrinted(executor, request.schemas ?? null);
  const names = new Map(
    (await listColumnNumbers.all(executor, { namespaces })).map(({ relation, number, name }) => [`${relation} ${number}`, name]),
  );
  const dependencies: Dependency[] = [];
  for (const row of await listDependencies.all(executor, {})) {
    const from = numbers.get(`${row.catalog} ${row.oid}`);
    const to = numbers.get(`${row.toCatalog} ${row.toOid}`);
    if (from === undefined || to === undefined) continue;
    const column = names.get(`${row.oid} ${row.column}`);
    const toColumn = names.get(`${row.toOid} ${row.toColumn}`);
    const ends = { from, ...(column !== undefined && { column }), to, ...(toColumn !== undefined && { toColumn }) };
    dependencies.push({ ...ends, isDefault: row.isDefault });
  }
  return { snapshot, dependencies };
}

async function readPrinted(executor: Executor, schemas: readonly string[] | null): Promise<Catalog> {
  await executor.query({ text: printing });
  const catalog = await read(executor, schemas);
  await executor.query({ text: 'rollback to savepoint plinth_snapshot; release savepoint plinth_snapshot' });
  return catalog;
}

interface Catalog {
  readonly snapshot: Snapshot;
  readonly namespaces: readonly number[];
  /** Identities by catalog and number. */
  readonly numbers: ReadonlyMap<string, string>;
}

async function read(executor: Executor, schemas: readonly string[] | null): Promise<Catalog> {
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
  const numbers = new Map<string, string>();
  const add = <K extends ObjectKind>(kind: K, oid: number, name: string, body: object, place?: Parameters<typeof objectOf>[3]) => {
    const object = objectOf(kind, name, trim(body) as unknown as Bodies[K], place);
    objects.push(object);
    numbers.set(`${catalogs[kind]} ${oid}`, object.identity);
    return object.identity;
  };

  for (const { oid, name, ...row } of schemaRows) add('schema', oid, name, granted(row, 'schema'));

  const columns = Map.groupBy(await listColumns.all(executor, { namespaces }), ({ relation }) => relation);
  const relations = new Map<number, string>();
  for (const { oid, name, ...row } of await listTables.all(executor, { namespaces })) {
    relations.set(oid, name);
    const own = columns.get(oid) ?? [];
    const body = { ...granted(row, 'relation'), columns: columnsOf(own, row.owner, version) };
    add('table', oid, name, body, { columnOrder: own.map((column) => column.name) });
  }
  for (const { oid, name, isMaterialized, ...row } of await listViews.all(executor, { namespaces })) {
    relations.set(oid, name);
    const own = columns.get(oid) ?? [];
    const body = { ...granted(row, 'relation'), columns: columnsOf(own, row.owner, version) };
    add(isMaterialized ? 'materialized view' : 'view', oid, name, body, { columnOrder: own.map((column) => column.name) });
  }
  for (const { oid, name, ...row } of await listSequences.all(executor, { namespaces }))
    add('sequence', oid, name, granted(row, 'sequence'));
  for (const { oid, name, relation, ...row } of await listTypes.all(executor, { namespaces })) {
    const own = columns.get(relation) ?? [];
    if (relation === 0) add('type', oid, name, granted(row, 'type'));
    else {
      const body = { ...granted(row, 'type'), columns: columnsOf(own, row.owner, version) };
      numbers.set(`pg_class ${relation}`, add('type', oid, name, body, { columnOrder: own.map((column) => column.name) }));
    }
  }
  for (const { oid, name, constraints, ...row } of await listDomains.all(executor, { namespaces })) {
    add('domain', oid, name, { ...granted(row, 'type'), ...(constraints.length > 0 && { constraints: domainConstraints(constraints) }) });
  }
  for (const { oid, name, isProcedure, ...row } of await listRoutines.all(executor, { namespaces })) {
    add(isProcedure ? 'procedure' : 'function', oid, name, granted(row, 'function'));
  }

  // What belongs to a relation of an extension belongs to the extension.
  const addParts = <R extends { readonly oid: number; readonly relation: number; readonly name: string }>(
    kind: ObjectKind,
    rows: readonly R[],
    bodyOf: (row: Omit<R, 'oid' | 'relation' | 'name'>) => object = (row) => row,
  ) => {
    for (const { oid, relation, name, ...row } of rows) {
      const on = relations.get(relation);
      if (on !== undefined) add(kind, oid, name, bodyOf(row), { on });
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
    add('default privileges', 0, place, { acl: readItems(acl, grantables[what] ?? 'relation', role, version) });
  }
  if (isWhole) {
    for (const { name, ...row } of await listExtensions.all(executor, {})) add('extension', 0, name, row);
    for (const { name, ...row } of await listPublications.all(executor, {})) add('publication', 0, name, row);
    for (const { name, ...row } of await listEventTriggers.all(executor, {})) add('event trigger', 0, name, row);
  }
  return { snapshot: snapshotOf(version, objects), namespaces, numbers };
}

/** Where dependencies look for a kind; the last ones are never looked for. */
const catalogs: Readonly<Record<ObjectKind, string>> = {
  schema: 'pg_namespace',
  table: 'pg_class',
  view: 'pg_class',
  'materialized view': 'pg_class',
  sequence: 'pg_class',
  index: 'pg_class',
  type: 'pg_type',
  domain: 'pg_type',
  function: 'pg_proc',
  procedure: 'pg_proc',
  constraint: 'pg_constraint',
  trigger: 'pg_trigger',
  policy: 'pg_policy',
  rule: 'pg_rewrite',
  statistics: 'pg_statistic_ext',
  extension: 'pg_extension',
  publication: 'pg_publication',
  'event trigger': 'pg_event_trigger',
  'default privileges': 'pg_default_acl',
};

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
