import { quoteIdentifier } from '../../../../kernel/index.ts';
import type { Acl, Described, ObjectOf, SnapshotObject } from '../../snapshot/index.ts';
import { diffErrors } from '../errors.ts';
import type { PlanStatement } from '../types.ts';
import { adornments } from './adornments.ts';
import { changedProperties, isSame } from './changes.ts';
import type { ColumnPlace } from './columns.ts';
import { bareName } from './creation.ts';
import { addNode, earlyStage, emptyStage, lateStage, type Stage } from './drops.ts';
import { defaultAcl, grantStatements, roleName } from './grants.ts';
import { addNeed, order } from './graph.ts';
import { alterObject, createObject, type Sql } from './objects.ts';
import { isAttached, isDerived, type Scene, setScene, type Table, tableIn } from './scene.ts';
import { alterTable, createTable, isPartition, replicaIdentity } from './tables.ts';

/**
 * The statements that make `from` into `to`, in the order in which they can run. Nothing when both are the same but for the
 * order of columns, which is left alone.
 *
 * @param creator the role that will run them, and own what they make until it is handed over
 * @throws PLINTH_MIGRATE_CANNOT_EXPRESS
 */
export function planDiff(from: Described, to: Described, creator: string): PlanStatement[] {
  const scene = setScene(from, to, creator);
  const statements = [earlyStage(scene), mainStage(scene), lateStage(scene)].flatMap(inOrder);
  const needsBodies = statements.some(({ sql }) => /^create or replace (function|procedure) /.test(sql));
  // As dumps are restored: bodies name what is made after them.
  const settings = { identity: '', sql: 'set local check_function_bodies = off', isDestructive: false, isAlone: false };
  return needsBodies ? [settings, ...statements] : statements;
}

function inOrder(stage: Stage): PlanStatement[] {
  const found = order(stage.nodes, stage.needs);
  if ('circle' in found)
    throw diffErrors.CANNOT_EXPRESS({ object: found.circle[0] ?? '', what: `needs itself: ${found.circle.join(' → ')}` });
  return found.ordered.flatMap((key) => stage.statements.get(key) ?? []);
}

const ranks: readonly SnapshotObject['kind'][] = [
  'schema',
  'extension',
  'collation',
  'type',
  'domain',
  'foreign data wrapper',
  'server',
  'user mapping',
  'text search dictionary',
  'text search configuration',
  'sequence',
  'function',
  'procedure',
  'operator',
  'operator family',
  'operator class',
  'aggregate',
  'cast',
  'table',
  'foreign table',
  'constraint',
  'index',
  'statistics',
  'view',
  'materialized view',
  'trigger',
  'rule',
  'policy',
  'publication',
  'event trigger',
  'default privileges',
];
const rankOf = ({ kind, body }: SnapshotObject) =>
  ranks.indexOf(kind) + (kind === 'constraint' && (body as { type?: string }).type === 'foreign key' ? 1.5 : 0);

function mainStage(scene: Scene): Stage {
  const stage = emptyStage();
  const { a, b, early } = scene;
  const attaches: string[] = [];
  for (const object of b.values()) {
    const before = early.has(object.identity) ? undefined : a.get(object.identity);
    const say = (sql: readonly Sql[]) => sql.map((one) => statementOf(object.identity, one));
    const rank = rankOf(object);
    if (object.kind === 'table') addTable(scene, stage, object, before as Table | undefined, attaches);
    else if (object.kind === 'default privileges')
      addNode(stage, object.identity, rank, say(defaultPrivileges(object, before as typeof object | undefined)));
    else if (object.kind === 'sequence' && object.body.isIdentity)
      addNode(stage, object.identity, rank, say(identitySequence(scene, object)));
    else if (isDerived(object)) addNode(stage, object.identity, rank, say(derivedSettings(scene, object, before)));
    else if (!before) {
      const renamed = renameOfPart(scene, object);
      if (renamed) addNode(stage, object.identity, rank, say([renamed, ...adornments(scene, undefined, object)]));
      else if (!comesFromParent(scene, object))
        addNode(stage, object.identity, rank, say([...createObject(scene, object), ...adornments(scene, undefined, object)]));
    } else if (before.hash !== object.hash) {
      const changed = changedProperties(before, object);
      refuseRetype(scene, before, object);
      addNode(stage, object.identity, rank, say([...alterObject(before, object, changed), ...adornments(scene, before, object)]));
    }
    if (object.kind === 'sequence') addSequenceOwner(stage, object, before as typeof object | undefined);
    if (object.kind === 'index' && object.body.parent !== undefined) attachIndex(scene, stage, object, attaches);
  }
  for (const object of a.values()) {
    if (object.kind !== 'default privileges' || b.has(object.identity)) continue;
    const sql = defaultPrivileges({ ...object, body: { acl: undefined as unknown as Acl } }, object);
    addNode(
      stage,
      object.identity,
      rankOf(object),
      sql.map((one) => statementOf(object.identity, one)),
    );
  }
  addNeeds(scene, stage, attaches);
  return stage;
}

/** The server does not convert rows inside columns. */
function refuseRetype({ before: dependencies, a, b }: Scene, before: SnapshotObject, after: SnapshotObject): void {
  if (before.kind !== 'type' || after.kind !== 'type') return;
  const isRetyped = Object.entries(before.body.columns ?? {}).some(([name, { type, collation }]) => {
    const other = after.body.columns?.[name];
    return other && (other.type !== type || other.collation !== collation);
  });
  const user =
    isRetyped && dependencies.find(({ from, to, column }) => to === after.identity && column !== undefined && a.has(from) && b.has(from));
  if (user)
    throw diffErrors.CANNOT_EXPRESS({ object: after.identity, what: `an attribute has another type, and ${user.from} has a column of it` });
}

const statementOf = (identity: string, sql: Sql): PlanStatement =>
  typeof sql === 'string'
    ? { identity, sql, isDestructive: / drop column /.test(sql), isAlone: false }
    : { identity, sql: sql.alone, isDestructive: false, isAlone: true };

function addNeeds({ a, b, after }: Scene, stage: Stage, attaches: readonly string[]): void {
  for (const { from, column, isDefault, to } of after) {
    const [user, used] = [b.get(from), b.get(to)];
    if (!user || !used) continue;
    if (isDefault && column !== undefined && user.kind === 'table' && user.body.columns[column]?.generated === undefined) {
      addNeed(stage.needs, `${from}#default ${column}`, to);
    } else if (user.kind === 'sequence' && used.kind === 'table') addNeed(stage.needs, `${from}#owner`, to);
    else addNeed(stage.needs, from, to);
  }
  for (const object of b.values()) {
    if (object.on !== undefined)
      for (const kind of ['table', 'foreign table']) addNeed(stage.needs, object.identity, `${kind} ${object.on}`);
    if (object.kind === 'constraint' && object.body.type === 'foreign key')
      for (const attach of attaches) addNeed(stage.needs, object.identity, attach);
    if (object.kind === 'sequence' && (object.body.isIdentity || isIdentityIn(a, object.identity)))
      addNeed(stage.needs, object.identity, `table ${tableOfColumn(object.body.ownedBy)}`);
    if (object.kind === 'index' && object.body.constraint !== undefined) addNeed(stage.needs, object.identity, constraintOf(object));
  }
}

const isIdentityIn = (objects: Scene['a'], identity: string) => {
  const object = objects.get(identity);
  return object?.kind === 'sequence' && object.body.isIdentity === true;
};

const tableOfColumn = (column = '') => column.replace(/\.(?:"(?:[^"]|"")*"|[^."]+)$/, '');

function addTable(scene: Scene, stage: Stage, table: Table, before: Table | undefined, attaches: string[]): void {
  const { identity, name, body } = table;
  const say = (sql: readonly string[]) => sql.map((one) => statementOf(identity, one));
  const place: ColumnPlace = {
    table,
    serverVersion: scene.serverVersion,
    isDefaultLater: (column) => scene.laterDefaults.has(`${name}\n${column}`),
    sequenceOf: (column) => identityOf(scene.b, `${name}.${column}`),
  };
  const attached = isAttached(scene, name);
  const fates = before ? (scene.fates.get(identity) ?? []) : [];
  const isNew = new Set(fates.filter(({ fate }) => fate === 'added' || fate === 'remade').map(({ name: column }) => column));
  const main = before ? alterTable(place, before, fates, attached) : createTable(place);
  addNode(stage, identity, rankOf(table), say([...main, ...adornments(scene, before, table, (column) => isNew.has(column))]));

  for (const [column, { default: value, generated }] of Object.entries(body.columns)) {
    if (value === undefined || generated !== undefined) continue;
    const old = before?.body.columns[column];
    const fate = fates.find((one) => one.name === column)?.fate;
    const isInline = (!before || isNew.has(column)) && !place.isDefaultLater(column) && !(attached && body.columns[column]?.isInherited);
    const isSet =
      isInline ||
      (fate === 'kept' && old?.default === value && old.generated === undefined && !scene.looseDefaults.has(`${name}\n${column}`));
    if (!isSet)
      addNode(
        stage,
        `${identity}#default ${column}`,
        rankOf(table) + 0.5,
        say([`alter table only ${name} alter column ${column} set default ${value}`]),
      );
    addNeed(stage.needs, `${identity}#default ${column}`, identity);
  }
  if (before?.body.replicaIdentity !== body.replicaIdentity) {
    const key = `${identity}#replica`;
    addNode(stage, key, ranks.length, say([replicaIdentity(table)]));
    addNeed(stage.needs, key, identity);
  }
  if (isPartition(table) && !attached) {
    const [parent = ''] = body.parents ?? [];
    const key = `${identity}#attach`;
    addNode(stage, key, ranks.indexOf('statistics'), say([`alter table ${parent} attach partition ${name} ${body.bound}`]));
    attaches.push(key);
    for (const part of scene.b.values()) {
      if ((part.kind !== 'index' && part.kind !== 'constraint') || (part.kind === 'constraint' && part.body.type === 'foreign key'))
        continue;
      // Indexes the parent has take those of the partition over; those it gets now come after, and each is attached by itself.
      const isCheck = part.kind === 'constraint' && part.body.type === 'check';
      const isTakenOver = part.kind === 'index' && part.body.parent !== undefined && !isMadeNow(scene, `index ${part.body.parent}`);
      if (isCheck ? part.on === name || part.on === parent : part.on === name && isTakenOver) {
        addNeed(stage.needs, key, part.identity);
        if (part.kind === 'index' && part.body.constraint !== undefined) addNeed(stage.needs, key, constraintOf(part));
      } else if (part.on === parent && isMadeNow(scene, part.identity)) addNeed(stage.needs, part.identity, key);
    }
    addNeed(stage.needs, key, identity);
    addNeed(stage.needs, key, `table ${parent}`);
  }
}

const identityOf = (objects: Scene['b'], ownedBy: string) =>
  [...objects.values()].find(
    (one): one is ObjectOf<'sequence'> => one.kind === 'sequence' && one.body.isIdentity === true && one.body.ownedBy === ownedBy,
  );

/** Checks that a partition gets from the parent it already is a partition of. */
function comesFromParent(scene: Scene, object: SnapshotObject): boolean {
  if (object.kind !== 'constraint' || !object.body.isInherited || object.body.isLocalToo) return false;
  if (object.body.type === 'foreign key') return true;
  const isOfChild = tableIn(scene.b, object.on)?.body.bound === undefined;
  return object.body.type === 'check' && (isOfChild || isAttached(scene, object.on));
}

/** The part of a partition's that hangs on the same index of the parent, under another name: it can only be renamed. */
function partBefore({ a }: Scene, index: ObjectOf<'index'>): ObjectOf<'index'> | undefined {
  return [...a.values()].find(
    (one): one is ObjectOf<'index'> => one.kind === 'index' && one.on === index.on && one.body.parent === index.body.parent,
  );
}

function renameOfPart(scene: Scene, object: SnapshotObject): string | undefined {
  const isKey = object.kind === 'constraint' && ['primary key', 'unique', 'exclusion'].includes(object.body.type);
  const index = isKey ? indexOf(scene, object) : object;
  if (index?.kind !== 'index' || index.body.parent === undefined || isMadeNow(scene, `index ${index.body.parent}`)) return undefined;
  const old = isAttached(scene, index.on) ? partBefore(scene, index) : undefined;
  if (!old || scene.b.has(old.identity)) return undefined;
  return isKey
    ? `alter table ${object.on} rename constraint ${old.body.constraint} to ${object.name}`
    : `alter index ${old.name} rename to ${bareName(index.name)}`;
}

const indexOf = ({ b }: Scene, { on, name }: SnapshotObject) =>
  [...b.values()].find((one) => one.kind === 'index' && one.on === on && one.body.constraint === name);

function attachIndex(scene: Scene, stage: Stage, index: ObjectOf<'index'>, attaches: string[]): void {
  const { parent = '' } = index.body;
  const isParentNew = isMadeNow(scene, `index ${parent}`);
  // A partition that is attached in this plan brings its indexes along.
  if (!isParentNew && (partBefore(scene, index) || !isAttached(scene, index.on))) return;
  const key = `${index.identity}#attach`;
  addNode(stage, key, ranks.indexOf('statistics'), [statementOf(index.identity, `alter index ${parent} attach partition ${index.name}`)]);
  addNeed(stage.needs, key, `table ${index.on}#attach`);
  attaches.push(key);
  for (const identity of [index.identity, `index ${parent}`]) {
    addNeed(stage.needs, key, identity);
    const one = scene.b.get(identity);
    if (one?.kind === 'index' && one.body.constraint !== undefined) addNeed(stage.needs, key, constraintOf(one));
  }
}

const constraintOf = ({ on, body }: ObjectOf<'index'>) => `constraint ${body.constraint} on ${on}`;

function isMadeNow({ a, b, early }: Scene, identity: string): boolean {
  const object = b.get(identity);
  const constraint = object?.kind === 'index' && object.body.constraint !== undefined ? constraintOf(object) : identity;
  return !a.has(constraint) || early.has(constraint);
}

function addSequenceOwner(stage: Stage, sequence: ObjectOf<'sequence'>, before: ObjectOf<'sequence'> | undefined): void {
  const { identity, name, body } = sequence;
  if (body.isIdentity || body.ownedBy === before?.body.ownedBy) return;
  const owned = `alter sequence ${name} owned by`;
  const isHandedOver = before?.body.ownedBy !== undefined && before.body.owner !== body.owner;
  const sql = [
    ...(isHandedOver ? [`${owned} none`, `alter sequence ${name} owner to ${quoteIdentifier(body.owner)}`] : []),
    ...(isHandedOver && body.ownedBy === undefined ? [] : [`${owned} ${body.ownedBy ?? 'none'}`]),
  ];
  addNode(
    stage,
    `${identity}#owner`,
    ranks.indexOf('constraint'),
    sql.map((one) => statementOf(identity, one)),
  );
  addNeed(stage.needs, `${identity}#owner`, identity);
}

/** The sequence of an identity column is made with the column; its name, options, grants and comment may differ afterwards. */
function identitySequence(scene: Scene, sequence: ObjectOf<'sequence'>): Sql[] {
  const old = sequence.body.ownedBy === undefined ? undefined : identityOf(scene.a, sequence.body.ownedBy);
  const [, table, column = ''] = /^(.*)\.("(?:[^"]|"")*"|[^."]+)$/s.exec(sequence.body.ownedBy ?? '') ?? [];
  const isKept =
    old && scene.fates.get(`table ${table}`)?.some(({ name, fate }) => name === column && (fate === 'kept' || fate === 'retyped'));
  if (!isKept) return adornments(scene, undefined, { ...sequence, body: { ...sequence.body, owner: scene.creator } });
  const rename =
    old.name === sequence.name ? [] : [`alter sequence ${old.name} rename to ${sequence.name.replace(/^(?:"(?:[^"]|"")*"|[^."]+)\./, '')}`];
  return [...rename, ...alterObject(old, sequence, changedProperties(old, sequence)), ...adornments(scene, old, sequence)];
}

/** Indexes of constraints and triggers of partitions: only what may differ from where they come from. */
function derivedSettings(scene: Scene, object: SnapshotObject, before: SnapshotObject | undefined): Sql[] {
  if (object.kind === 'constraint') return [];
  if (object.kind === 'index') {
    const was = before ?? { ...object, body: { constraint: object.body.constraint ?? '' } };
    return [
      ...alterObject(was as SnapshotObject, object, changedProperties(was as SnapshotObject, object)),
      ...adornments(scene, was as SnapshotObject, object),
    ];
  }
  if (object.kind !== 'trigger') return [];
  const { firing: _, ...plain } = object.body;
  const was = (before ?? { ...object, body: plain }) as ObjectOf<'trigger'>;
  return isSame(was.body.firing, object.body.firing)
    ? []
    : alterObject({ ...was, body: { ...was.body, definition: object.body.definition } }, object, new Set(['firing']));
}

function defaultPrivileges(object: ObjectOf<'default privileges'>, before: ObjectOf<'default privileges'> | undefined): string[] {
  const [, objects = '', schema, role = ''] = /^on (.*?)(?: in schema (.*))? for (.*)$/s.exec(object.name) ?? [];
  const kind =
    ({ sequences: 'sequence', functions: 'function', types: 'type', schemas: 'schema', 'large objects': 'large object' } as const)[
      objects
    ] ?? 'relation';
  const none: Acl = schema === undefined ? defaultAcl(kind, role) : {};
  const prefix = `alter default privileges for role ${roleName(role)}${schema === undefined ? '' : ` in schema ${schema}`}`;
  const acl = (object.body as { readonly acl?: Acl }).acl ?? none;
  return grantStatements(objects, before?.body.acl ?? none, acl).map((sql) => `${prefix} ${sql}`);
}
