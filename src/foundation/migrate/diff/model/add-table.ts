import { adornments } from './adornments.ts';
import type { ColumnPlace } from './columns.ts';
import { addNode, type Stage } from './drops.ts';
import { addNeed } from './graph.ts';
import { rankOf, ranks, statementOf } from './nodes.ts';
import { constraintOf, isMadeNow } from './parts.ts';
import { isAttached, type Scene, type Table } from './scene.ts';
import { identityOf } from './sequences.ts';
import { alterTable, createTable, isPartition, replicaIdentity } from './tables.ts';

/** The table itself, its defaults where they cannot stand in it, and its place under a parent. */
export function addTable(scene: Scene, stage: Stage, table: Table, before: Table | undefined, attaches: string[]): void {
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
