import type { SnapshotObject } from '../../snapshot/index.ts';

// They follow from what happens to the parent.
const derived = new Set(['isInherited', 'isLocalToo', 'parent']);

/** The properties of two objects of the same identity that a statement would have to change. */
export function changedProperties(before: SnapshotObject, after: SnapshotObject): ReadonlySet<string> {
  const a = before.body as unknown as Readonly<Record<string, unknown>>;
  const b = after.body as unknown as Readonly<Record<string, unknown>>;
  const changed = new Set<string>();
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!derived.has(key) && JSON.stringify(canonical(a[key])) !== JSON.stringify(canonical(b[key]))) changed.add(key);
  }
  return changed;
}

/** Stored snapshots come back with their keys in another order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, one]) => [key, canonical(one)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

export const isSame = (a: unknown, b: unknown) => JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));

const inPlace: Readonly<Partial<Record<SnapshotObject['kind'], readonly string[]>>> = {
  index: ['isClustered', 'statistics', 'tablespace', 'options', 'comment'],
  constraint: ['isNotValid', 'comment'],
  trigger: ['definition', 'firing', 'comment'],
  rule: ['definition', 'firing', 'comment'],
  policy: ['roles', 'using', 'check', 'comment'],
  statistics: ['target', 'owner', 'comment'],
  'event trigger': ['firing', 'owner', 'comment'],
  aggregate: ['owner', 'acl', 'comment'],
  operator: ['owner', 'comment'],
  'operator family': ['owner', 'comment'],
  'operator class': ['owner', 'comment'],
  cast: ['comment'],
  'materialized view': ['owner', 'acl', 'comment', 'options', 'accessMethod', 'tablespace', 'isUnpopulated'],
};

/** Whether the object has to be dropped and made anew. */
export function mustReplace(before: SnapshotObject, after: SnapshotObject, changed: ReadonlySet<string>): boolean {
  // CREATE OR REPLACE keeps the type of the result, the names of the arguments and the defaults they have.
  if (before.kind === 'function' || before.kind === 'procedure') return ['result', 'arguments', 'isWindow'].some((key) => changed.has(key));
  if (before.kind === 'view' && after.kind === 'view') {
    // CREATE OR REPLACE keeps the columns and may add some at the end; their order stands in the definition.
    const kept = Object.entries(before.body.columns).every(([name, column]) => after.body.columns[name]?.type === column.type);
    return changed.has('definition') && (!kept || !isPrefix(before, after));
  }
  if (before.kind === 'constraint' && after.kind === 'constraint') {
    return [...changed].some((key) => !inPlace.constraint?.includes(key)) || (after.body.isNotValid === true && !before.body.isNotValid);
  }
  if (before.kind === 'policy' && after.kind === 'policy') {
    const isLost = (['using', 'check'] as const).some((key) => before.body[key] !== undefined && after.body[key] === undefined);
    return isLost || [...changed].some((key) => !inPlace.policy?.includes(key));
  }
  if (before.kind === 'publication' && after.kind === 'publication') return changed.has('isForAllTables');
  if (before.kind === 'type' && after.kind === 'type') return changed.has('range');
  if (before.kind === 'materialized view' && changed.has('columns')) return changed.has('definition');
  if (before.kind === 'trigger' && after.kind === 'trigger' && changed.has('definition')) {
    return [before, after].some(({ body }) => body.definition.startsWith('CREATE CONSTRAINT'));
  }
  // There are no rows in it; what is only said of its columns stays.
  if (before.kind === 'foreign table' && after.kind === 'foreign table') {
    const bare = (columns: typeof after.body.columns) =>
      Object.entries(columns).map(([name, { acl: _, comment: __, ...body }]) => [name, body]);
    const isOther = !isSame(bare(before.body.columns), bare(after.body.columns));
    return isOther || [...changed].some((key) => !['owner', 'acl', 'comment', 'columns'].includes(key));
  }
  if (before.kind === 'sequence') return changed.has('isIdentity');
  const allowed = inPlace[before.kind];
  return allowed !== undefined && [...changed].some((key) => !allowed.includes(key));
}

/** Whether all columns of the view come first, in the same order, in the new one; asked of the catalog's own order. */
function isPrefix(before: SnapshotObject, after: SnapshotObject): boolean {
  const [a = [], b = []] = [before.columnOrder, after.columnOrder];
  return a.every((column, index) => b[index] === column);
}
