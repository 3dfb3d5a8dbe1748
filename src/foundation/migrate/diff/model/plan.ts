import type { Acl, Described, ObjectOf, SnapshotObject } from '../../snapshot/index.ts';
import { diffErrors } from '../errors.ts';
import type { PlanStatement } from '../types.ts';
import { addTable } from './add-table.ts';
import { adornments } from './adornments.ts';
import { changedProperties, isSame } from './changes.ts';
import { addNode, earlyStage, emptyStage, lateStage, type Stage } from './drops.ts';
import { defaultAcl, grantStatements, roleName } from './grants.ts';
import { addNeed, order } from './graph.ts';
import { rankOf, statementOf } from './nodes.ts';
import { alterObject, createObject, type Sql } from './objects.ts';
import { attachIndex, comesFromParent, constraintOf, renameOfPart } from './parts.ts';
import { isDerived, type Scene, setScene, type Table } from './scene.ts';
import { addSequenceOwner, identitySequence, isIdentityIn, tableOfColumn } from './sequences.ts';
import { clearNames } from './taken-names.ts';

/**
 * The statements that make `from` into `to`, in the order in which they can run. Nothing when both are the same but for the
 * order of columns, which is left alone.
 *
 * @param creator the role that will run them, and own what they make until it is handed over
 * @throws PLINTH_MIGRATE_CANNOT_EXPRESS
 */
export function planDiff(from: Described, to: Described, creator: string): PlanStatement[] {
  const cleared = clearNames(from, to);
  const scene = setScene(cleared.from, to, creator);
  const statements = [...cleared.statements, ...[earlyStage(scene), mainStage(scene), lateStage(scene)].flatMap(inOrder)];
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
