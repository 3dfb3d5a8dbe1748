import type { ObjectOf, SnapshotObject } from '../../snapshot/index.ts';
import { bareName } from './creation.ts';
import { addNode, type Stage } from './drops.ts';
import { addNeed } from './graph.ts';
import { ranks, statementOf } from './nodes.ts';
import { isAttached, type Scene, tableIn } from './scene.ts';

/** Checks that a partition gets from the parent it already is a partition of. */
export function comesFromParent(scene: Scene, object: SnapshotObject): boolean {
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

export function renameOfPart(scene: Scene, object: SnapshotObject): string | undefined {
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

export function attachIndex(scene: Scene, stage: Stage, index: ObjectOf<'index'>, attaches: string[]): void {
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

export const constraintOf = ({ on, body }: ObjectOf<'index'>) => `constraint ${body.constraint} on ${on}`;

export function isMadeNow({ a, b, early }: Scene, identity: string): boolean {
  const object = b.get(identity);
  const constraint = object?.kind === 'index' && object.body.constraint !== undefined ? constraintOf(object) : identity;
  return !a.has(constraint) || early.has(constraint);
}
