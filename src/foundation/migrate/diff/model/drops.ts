import type { SnapshotObject } from '../../snapshot/index.ts';
import type { PlanStatement } from '../types.ts';
import { addNeed, type Node } from './graph.ts';
import { isAttached, isDerived, isPart, type Scene, tableIn } from './scene.ts';

/** Statement groups and what each needs before it. */
export interface Stage {
  readonly nodes: Node[];
  readonly needs: Map<string, Set<string>>;
  readonly statements: Map<string, PlanStatement[]>;
}

export const emptyStage = (): Stage => ({ nodes: [], needs: new Map(), statements: new Map() });

export function addNode(stage: Stage, key: string, rank: number, statements: readonly PlanStatement[]): void {
  if (statements.length === 0) return;
  stage.nodes.push({ key, rank });
  stage.statements.set(key, [...statements]);
}

const statement = (identity: string, sql: string, isDestructive = false, isAlone = false): PlanStatement => ({
  identity,
  sql,
  isDestructive,
  isAlone,
});

/** Before anything is made: what has to make way, dependants first, and defaults and partitions that come loose. */
export function earlyStage(scene: Scene): Stage {
  const stage = emptyStage();
  const { a, b, early } = scene;
  for (const identity of early) {
    const object = a.get(identity);
    if (!object || isDerived(object) || goesWithAnother(scene, object)) continue;
    addNode(stage, identity, 1, [dropOf(scene, object)]);
  }
  for (const object of a.values()) {
    if (object.kind !== 'table') continue;
    // One that goes is in the way as well: an index the parent gets now would wait for it.
    const [parent = ''] = object.body.parents ?? [];
    if (object.body.bound !== undefined && !isAttached(scene, object.name) && b.has(`table ${parent}`) && !early.has(object.identity)) {
      const sql = `alter table ${parent} detach partition ${object.name}`;
      addNode(stage, `${object.identity}#detach`, 2, [statement(object.identity, sql)]);
    }
    const other = b.get(object.identity);
    if (other?.kind !== 'table') continue;
    for (const { name, fate } of scene.fates.get(object.identity) ?? []) {
      const [old, wanted] = [object.body.columns[name], other.body.columns[name]];
      if (old?.default === undefined || old.generated !== undefined) continue;
      const isLoose = scene.looseDefaults.has(`${object.name}\n${name}`);
      // A column that goes takes its default along, but comes after what the default needs.
      if (!isLoose && (fate === 'dropped' || fate === 'remade' || (fate === 'kept' && wanted?.default !== undefined))) continue;
      addNode(stage, `${object.identity}#default ${name}`, 0, [
        statement(object.identity, `alter table only ${object.name} alter column ${name} drop default`),
      ]);
    }
  }
  for (const { from, column, isDefault, to } of scene.before) {
    addNeed(stage.needs, to, isDefault && column !== undefined ? `${from}#default ${column}` : from);
  }
  return stage;
}

/** Parts go with their table, a partition's with the parent's; a key between two tables that go is in the way of both. */
function goesWithAnother({ a, b }: Scene, object: SnapshotObject): boolean {
  if (object.kind === 'index' && object.body.parent !== undefined) return true;
  if (object.kind === 'constraint' && object.body.isInherited && !object.body.isLocalToo) return true;
  if (!isPart(object) || !a.has(`table ${object.on}`) || b.has(`table ${object.on}`)) return false;
  const references = object.kind === 'constraint' ? object.body.references : undefined;
  return references === undefined || references === object.on || b.has(`table ${references}`);
}

function dropOf(scene: Scene, object: SnapshotObject): PlanStatement {
  const { identity, name, on } = object;
  if (object.kind === 'constraint') return statement(identity, `alter table ${on} drop constraint ${name}`);
  if (object.kind === 'index') {
    const isConcurrent = tableIn(scene.b, on) !== undefined && tableIn(scene.a, on)?.body.partitionKey === undefined;
    return statement(identity, `drop index ${isConcurrent ? 'concurrently ' : ''}${name}`, false, isConcurrent);
  }
  return statement(identity, `drop ${identity}`, destructive.has(object.kind));
}

const destructive = new Set(['table', 'sequence', 'schema', 'extension', 'user mapping']);

/** After everything is made: what nothing needs any more. */
export function lateStage(scene: Scene): Stage {
  const stage = emptyStage();
  const { a, b, early } = scene;
  for (const object of a.values()) {
    const isGone = !b.has(object.identity) && !early.has(object.identity);
    if (isGone && !isPart(object) && !isDerived(object) && object.kind !== 'default privileges' && !goesWithItsColumn(scene, object))
      addNode(stage, object.identity, 1, [dropOf(scene, object)]);
  }
  const tableOf = (identity: string) => {
    const object = a.get(identity);
    return object && isPart(object) ? `table ${object.on}` : identity;
  };
  for (const { from, to } of scene.before) {
    const [user, used] = [tableOf(from), tableOf(to)];
    if (user === used) continue;
    addNeed(stage.needs, used, user);
  }
  // Schemas are not among the dependencies.
  for (const { key } of stage.nodes) {
    if (!key.startsWith('schema ')) continue;
    for (const other of stage.nodes) if (!other.key.startsWith('schema ')) addNeed(stage.needs, key, other.key);
  }
  return stage;
}

function goesWithItsColumn({ b }: Scene, object: SnapshotObject): boolean {
  if (object.kind !== 'sequence' || object.body.ownedBy === undefined) return false;
  const [, table, column = ''] = /^(.*)\.("(?:[^"]|"")*"|[^."]+)$/s.exec(object.body.ownedBy) ?? [];
  return tableIn(b, table)?.body.columns[column] === undefined;
}
