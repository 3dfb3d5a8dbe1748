import type { Dependency, Described, SnapshotObject } from '../../snapshot/index.ts';
import type { PlanStatement } from '../types.ts';
import { bareName } from './creation.ts';
import { tableIn } from './scene.ts';

type Index = Extract<SnapshotObject, { kind: 'index' }>;

/**
 * Indexes whose name is wanted by something else, and that leave late: with their partition, their parent's index or their table. They
 * get a name of nobody's first, and whatever is planned from then on starts where they have it. What is kept is renamed once more.
 */
export function clearNames(from: Described, to: Described): { readonly from: Described; readonly statements: readonly PlanStatement[] } {
  const { objects } = from.snapshot;
  const taken = [...objects.values()].filter((one): one is Index => one.kind === 'index' && isWantedElsewhere(one, to));
  if (taken.length === 0) return { from, statements: [] };

  const names = new Map(taken.map((index) => [index.name, spareName(index)]));
  const identities = new Map<string, string>();
  const named = (name: string) => names.get(name) ?? name;
  const renamed = [...objects.values()].map((object): SnapshotObject => {
    const moved = rename(object, taken, named);
    if (moved.identity !== object.identity) identities.set(object.identity, moved.identity);
    return moved;
  });
  const placed = (one: Dependency): Dependency => ({
    ...one,
    from: identities.get(one.from) ?? one.from,
    to: identities.get(one.to) ?? one.to,
  });
  return {
    from: {
      snapshot: { ...from.snapshot, objects: new Map(renamed.map((object) => [object.identity, object])) },
      dependencies: from.dependencies.map(placed),
    },
    statements: taken.map((index) => ({ identity: index.identity, sql: renaming(index), isDestructive: false, isAlone: false })),
  };
}

const relationKinds = ['table', 'foreign table', 'view', 'materialized view', 'sequence', 'index'] as const;

function isWantedElsewhere(index: Index, to: Described): boolean {
  const { objects } = to.snapshot;
  // By itself it is dropped before anything is made.
  if (index.body.parent === undefined && tableIn(objects, index.on) !== undefined) return false;
  return relationKinds.some((kind) => {
    const wanted = objects.get(`${kind} ${index.name}`);
    return wanted !== undefined && wanted.on !== index.on;
  });
}

function rename(object: SnapshotObject, taken: readonly Index[], named: (name: string) => string): SnapshotObject {
  if (object.kind === 'index') {
    const name = named(object.name);
    const { parent, constraint } = object.body;
    const body = {
      ...object.body,
      ...(parent === undefined ? {} : { parent: named(parent) }),
      ...(constraint === undefined || name === object.name ? {} : { constraint: bareName(name) }),
    };
    return { ...object, identity: `index ${name}`, name, body };
  }
  const index = object.kind === 'constraint' && taken.find(({ on, body }) => on === object.on && body.constraint === object.name);
  if (!index) return object;
  const name = bareName(named(index.name));
  return { ...object, identity: `constraint ${name} on ${object.on}`, name } as SnapshotObject;
}

// Of its hash: nothing else is called so, and the same two schemas give the same plan.
const spareName = ({ name, hash }: Index) => `${name.slice(0, -bareName(name).length)}taken_${hash.slice(0, 12)}`;

const renaming = (index: Index) =>
  index.body.constraint === undefined
    ? `alter index ${index.name} rename to ${bareName(spareName(index))}`
    : `alter table ${index.on} rename constraint ${index.body.constraint} to ${bareName(spareName(index))}`;
