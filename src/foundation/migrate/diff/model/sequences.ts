import { quoteIdentifier } from '../../../../kernel/index.ts';
import type { ObjectOf } from '../../snapshot/index.ts';
import { adornments } from './adornments.ts';
import { changedProperties } from './changes.ts';
import { addNode, type Stage } from './drops.ts';
import { addNeed } from './graph.ts';
import { ranks, statementOf } from './nodes.ts';
import { alterObject, type Sql } from './objects.ts';
import type { Scene } from './scene.ts';

export const identityOf = (objects: Scene['b'], ownedBy: string) =>
  [...objects.values()].find(
    (one): one is ObjectOf<'sequence'> => one.kind === 'sequence' && one.body.isIdentity === true && one.body.ownedBy === ownedBy,
  );

export const isIdentityIn = (objects: Scene['a'], identity: string) => {
  const object = objects.get(identity);
  return object?.kind === 'sequence' && object.body.isIdentity === true;
};

export const tableOfColumn = (column = '') => column.replace(/\.(?:"(?:[^"]|"")*"|[^."]+)$/, '');

export function addSequenceOwner(stage: Stage, sequence: ObjectOf<'sequence'>, before: ObjectOf<'sequence'> | undefined): void {
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
export function identitySequence(scene: Scene, sequence: ObjectOf<'sequence'>): Sql[] {
  const old = sequence.body.ownedBy === undefined ? undefined : identityOf(scene.a, sequence.body.ownedBy);
  const [, table, column = ''] = /^(.*)\.("(?:[^"]|"")*"|[^."]+)$/s.exec(sequence.body.ownedBy ?? '') ?? [];
  const isKept =
    old && scene.fates.get(`table ${table}`)?.some(({ name, fate }) => name === column && (fate === 'kept' || fate === 'retyped'));
  if (!isKept) return adornments(scene, undefined, { ...sequence, body: { ...sequence.body, owner: scene.creator } });
  const rename =
    old.name === sequence.name ? [] : [`alter sequence ${old.name} rename to ${sequence.name.replace(/^(?:"(?:[^"]|"")*"|[^."]+)\./, '')}`];
  return [...rename, ...alterObject(old, sequence, changedProperties(old, sequence)), ...adornments(scene, old, sequence)];
}
