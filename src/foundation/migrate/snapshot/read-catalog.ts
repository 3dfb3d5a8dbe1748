import type { Executor, NamedQuery } from '../../../kernel/index.ts';
import { snapshotErrors } from './errors.ts';
import { type Grantable, readAcl, readItems } from './model/acl.ts';
import { objectOf, snapshotOf, trim } from './model/build.ts';
import type { Bodies, ColumnBody, DomainConstraint, ObjectKind, Snapshot, SnapshotObject } from './model/types.ts';
import {
  findRelations,
  type ListColumnsRow,
  listAggregates,
  listCasts,
  listCollations,
  listColumns,
  listConstraints,
  listDefaultPrivileges,
  listDomains,
  listEventTriggers,
  listExtensions,
  listForeignDataWrappers,
  listForeignTables,
  listIndexes,
  listOperatorClasses,
  listOperatorFamilies,
  listOperators,
  listPolicies,
  listPublications,
  listRoutines,
  listRules,
  listSchemas,
  listSequences,
  listServers,
  listStatistics,
  listTables,
  listTextSearchConfigurations,
  listTextSearchDictionaries,
  listTriggers,
  listTypes,
  listUnknown,
  listUserMappings,
  listViews,
  serverVersion,
} from './sql/queries/queries.gen.ts';

export interface Catalog {
  readonly snapshot: Snapshot;
  readonly namespaces: readonly number[];
  /** Identities by catalog and number. */
  readonly numbers: ReadonlyMap<string, ReadonlyMap<number, string>>;
}

/** Rows that are on their way, and what is made of them. */
type Step = () => Promise<() => void>;

/** What of a database is described; everything without. */
export interface SnapshotRequest {
  /** Only these, and nothing that belongs to the whole database (extensions, publications, event triggers, casts, servers). */
  readonly schemas?: readonly string[];
  /**
   * Only these tables and views, qualified and quoted as SQL takes them, with their parts and sequences, and the routines that name them.
   * The time it takes follows from their number, not from the size of the schema. Those that are not there are left out.
   */
  readonly relations?: readonly string[];
}

/** @throws PLINTH_MIGRATE_UNKNOWN_OBJECT */
export async function readCatalog(executor: Executor, request: SnapshotRequest): Promise<Catalog> {
  const isWhole = request.schemas === undefined;
  const { version } = await serverVersion.one(executor, {});
  const schemaRows = await listSchemas.all(executor, { schemas: request.schemas ?? null });
  const namespaces = schemaRows.map(({ oid }) => oid);
  const only = request.relations && (await findRelations.all(executor, { relations: request.relations })).map(({ oid }) => oid);
  const unknown = only ? [] : await listUnknown.all(executor, { namespaces, is_whole: isWhole });
  if (unknown.length > 0) throw snapshotErrors.UNKNOWN_OBJECT({ objects: unknown.map(({ words }) => words) });

  const objects: SnapshotObject[] = [];
  const numbers = new Map<string, Map<number, string>>();
  const columns = new Map<number, ListColumnsRow[]>();
  const relations = new Map<number, string>();

  const note = (catalog: string, oid: number, identity: string) => {
    const known = numbers.get(catalog);
    if (known) known.set(oid, identity);
    else numbers.set(catalog, new Map([[oid, identity]]));
  };
  const add = <K extends ObjectKind>(kind: K, oid: number, name: string, body: object, place?: Parameters<typeof objectOf>[3]) => {
    const object = objectOf(kind, name, body as Bodies[K], place);
    objects.push(object);
    note(catalogs[kind], oid, object.identity);
    return object.identity;
  };
  /** Something with an owner, and privileges that are not the default ones. */
  const addOwned = <K extends ObjectKind>(kind: K, privileges: Grantable, row: OwnedRow, relation = 0): string => {
    const body = trim(row);
    const acl = readAcl(row.acl, privileges, row.owner, version);
    if (acl) body.acl = acl;
    if (relation === 0) return add(kind, row.oid, row.name, body);
    const own = columns.get(relation) ?? [];
    body.columns = columnsOf(own, row.owner, version);
    return add(kind, row.oid, row.name, body, { columnOrder: own.map(({ name }) => name) });
  };
  const addPlain = (kind: ObjectKind) => (row: { readonly oid: number; readonly name: string }) => {
    add(kind, row.oid, row.name, trim(row));
  };
  const addRelation = (kind: ObjectKind, row: OwnedRow): void => {
    relations.set(row.oid, row.name);
    addOwned(kind, 'relation', row, row.oid);
  };
  // What belongs to a relation of an extension belongs to the extension.
  const addPart = (kind: ObjectKind) => (row: PartRow) => {
    const on = relations.get(row.relation);
    if (on !== undefined) add(kind, row.oid, row.name, trim(row), { on });
  };
  const each =
    <P, R>(query: NamedQuery<P, R>, params: P, take: (row: R) => void): Step =>
    async () => {
      const rows = await query.all(executor, params);
      return () => {
        for (const row of rows) take(row);
      };
    };

  const within = { namespaces };
  const around = { namespaces, relations: only ?? null };
  const relationSteps: readonly Step[] = [
    each(listColumns, around, (row) => {
      const own = columns.get(row.relation);
      if (own) own.push(row);
      else columns.set(row.relation, [row]);
    }),
    each(listTables, around, (row) => addRelation('table', row)),
    each(listViews, around, ({ isMaterialized, ...row }) => addRelation(isMaterialized ? 'materialized view' : 'view', row)),
    each(listForeignTables, around, (row) => addRelation('foreign table', row)),
    each(listConstraints, around, (row) => {
      const definition = row.definition.replace(/ NOT (VALID|ENFORCED)$/, '');
      addPart('constraint')(definition === row.definition ? row : Object.assign(row, { definition }));
    }),
    each(listIndexes, around, addPart('index')),
    each(listTriggers, around, addPart('trigger')),
    each(listPolicies, around, addPart('policy')),
    each(listRules, around, addPart('rule')),
    each(listStatistics, around, addPart('statistics')),
    each(listSequences, around, (row) => addOwned('sequence', 'sequence', row)),
    each(listRoutines, around, ({ isProcedure, ...row }) => addOwned(isProcedure ? 'procedure' : 'function', 'function', row)),
  ];
  const otherSteps: readonly Step[] = [
    each(listTypes, within, ({ relation, ...row }) => {
      const identity = addOwned('type', 'type', row, relation);
      if (relation !== 0) note('pg_class', relation, identity);
    }),
    each(listDomains, within, ({ constraints, ...row }) => {
      addOwned('domain', 'type', Object.assign(row, constraints.length > 0 && { constraints: domainConstraints(constraints) }));
    }),
    each(listAggregates, within, (row) => addOwned('aggregate', 'function', row)),
    each(listCollations, within, addPlain('collation')),
    each(listOperators, within, addPlain('operator')),
    each(listOperatorFamilies, within, addPlain('operator family')),
    each(listOperatorClasses, within, addPlain('operator class')),
    each(listTextSearchDictionaries, within, addPlain('text search dictionary')),
    each(listTextSearchConfigurations, within, addPlain('text search configuration')),
    each(listDefaultPrivileges, { ...within, is_whole: isWhole }, ({ role, schema, objects: what, acl }) => {
      const place = `on ${what}${schema === null ? '' : ` in schema ${schema}`} for ${role}`;
      add('default privileges', 0, place, { acl: readItems(acl, grantables[what] ?? 'relation', role, version) });
    }),
    ...(isWhole
      ? [
          each(listCasts, {}, addPlain('cast')),
          each(listForeignDataWrappers, {}, (row) => addOwned('foreign data wrapper', 'foreign', row)),
          each(listServers, {}, (row) => addOwned('server', 'foreign', row)),
          each(listUserMappings, {}, addPlain('user mapping')),
          each(listExtensions, {}, (row) => add('extension', 0, row.name, trim(row))),
          each(listPublications, {}, (row) => add('publication', 0, row.name, trim(row))),
          each(listEventTriggers, {}, (row) => add('event trigger', 0, row.name, trim(row))),
        ]
      : []),
  ];
  if (!only) for (const row of schemaRows) addOwned('schema', 'schema', row);
  await inTurn(only ? relationSteps : [...relationSteps, ...otherSteps]);
  return { snapshot: snapshotOf(version, objects), namespaces, numbers };
}

interface OwnedRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly acl: readonly string[] | null;
}
interface PartRow {
  readonly oid: number;
  readonly relation: number;
  readonly name: string;
}

/** One statement at a time, but while the rows of one are worked on, the server is at the next. */
async function inTurn(steps: readonly Step[]): Promise<void> {
  let asked = steps[0]?.();
  for (let turn = 1; asked; turn++) {
    const take = await asked;
    asked = steps[turn]?.();
    // Should the work fail before its turn comes, nobody would hear of this one.
    asked?.catch(() => {});
    take();
  }
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
  'foreign table': 'pg_class',
  collation: 'pg_collation',
  aggregate: 'pg_proc',
  operator: 'pg_operator',
  'operator family': 'pg_opfamily',
  'operator class': 'pg_opclass',
  cast: 'pg_cast',
  'text search dictionary': 'pg_ts_dict',
  'text search configuration': 'pg_ts_config',
  'foreign data wrapper': 'pg_foreign_data_wrapper',
  server: 'pg_foreign_server',
  'user mapping': 'pg_user_mapping',
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
  const columns: Record<string, ColumnBody> = {};
  for (const row of rows.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const body = trim(row);
    const acl = row.acl && readAcl(row.acl, 'column', owner, version);
    if (acl) body.acl = acl;
    columns[row.name] = body as unknown as ColumnBody;
  }
  return columns;
}

function domainConstraints(rows: readonly string[]): Record<string, DomainConstraint> {
  const read = rows.map((row) => {
    const [name, definition, isValid, comment] = JSON.parse(row) as [string, string, boolean, string | null];
    const body = { definition: definition.replace(/ NOT VALID$/, ''), isNotValid: !isValid, comment };
    return [name, trim(body) as unknown as DomainConstraint];
  });
  return Object.fromEntries(read);
}
