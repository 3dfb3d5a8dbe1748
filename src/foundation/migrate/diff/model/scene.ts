import type { Dependency, Described, ObjectOf, SnapshotObject } from '../../snapshot/index.ts';
import { changedProperties, isSame, mustReplace } from './changes.ts';
import { routineName } from './creation.ts';
import { type ColumnFate, columnFates } from './tables.ts';

export type Table = ObjectOf<'table'>;
export type Objects = ReadonlyMap<string, SnapshotObject>;

/** The two sides, and what has become of each object; made before any statement is. */
export interface Scene {
  readonly a: Objects;
  readonly b: Objects;
  readonly serverVersion: number;
  /** Who runs the plan, and so owns what it makes. */
  readonly creator: string;
  readonly before: readonly Dependency[];
  readonly after: readonly Dependency[];
  /** Dropped before anything is made: gone for good, or made again. */
  readonly early: ReadonlySet<string>;
  /** Defaults that stand in the way: `table` and column, separated by a line feed. */
  readonly looseDefaults: ReadonlySet<string>;
  /** Defaults that need objects, written the same way: these are set when the objects are there. */
  readonly laterDefaults: ReadonlySet<string>;
  readonly fates: ReadonlyMap<string, readonly ColumnFate[]>;
}

const isRoutine = ({ kind }: SnapshotObject) => kind === 'function' || kind === 'procedure';
const parts = new Set(['constraint', 'index', 'trigger', 'policy', 'rule', 'statistics']);
const rebuilt = new Set([
  ...['view', 'materialized view', 'function', 'procedure', 'aggregate', 'operator', 'operator family', 'operator class', 'cast'],
  ...['foreign table', 'user mapping', ...parts],
]);

export const isPart = ({ kind }: SnapshotObject) => parts.has(kind);
export const tableIn = (objects: Objects, name: string | undefined) => objects.get(`table ${name}`) as Table | undefined;

/** A partition of the same table before and after: what is done to its parent reaches it. */
export function isAttached({ a, b }: Pick<Scene, 'a' | 'b'>, name: string | undefined): boolean {
  const [before, after] = [tableIn(a, name), tableIn(b, name)];
  return before?.body.bound !== undefined && before.body.bound === after?.body.bound && isSame(before.body.parents, after?.body.parents);
}

/** What comes and goes with something else and has no statement of its own. */
export function isDerived(object: SnapshotObject): boolean {
  if (object.kind === 'sequence') return object.body.isIdentity === true;
  if (object.kind === 'index') return object.body.constraint !== undefined;
  if (object.kind === 'constraint') return object.body.isInherited === true && object.body.type === 'foreign key';
  return object.kind === 'trigger' && object.body.isInherited === true;
}

/** Dependencies between what has statements: an index of a constraint is the constraint, the sequence of an identity its table. */
function resolved({ snapshot, dependencies }: Described): Dependency[] {
  const owner = (identity: string): string => {
    const object = snapshot.objects.get(identity);
    if (object?.kind === 'index' && object.body.constraint !== undefined) return `constraint ${object.body.constraint} on ${object.on}`;
    if (object?.kind === 'sequence' && object.body.isIdentity) {
      const table = object.body.ownedBy?.replace(/\.(?:"(?:[^"]|"")*"|[^."]+)$/, '');
      return `table ${table}`;
    }
    return identity;
  };
  return dependencies
    .map((one) => ({ ...one, from: owner(one.from), to: owner(one.to) }))
    .filter(({ from, to, column, toColumn }) => from !== to || column !== toColumn);
}

export function setScene(from: Described, to: Described, creator: string): Scene {
  const a = from.snapshot.objects;
  const b = to.snapshot.objects;
  const before = resolved(from);
  const after = resolved(to);
  const fates = new Map<string, readonly ColumnFate[]>();
  const remade = new Map<string, Set<string>>();
  const setFates = (identity: string) => {
    const [one, other] = [a.get(identity), b.get(identity)];
    if (one?.kind === 'table' && other?.kind === 'table') fates.set(identity, columnFates(one, other, remade.get(identity) ?? new Set()));
  };
  for (const identity of a.keys()) setFates(identity);

  const early = new Set<string>();
  const looseDefaults = new Set<string>();
  const queue: { readonly identity: string; readonly column?: string; readonly fate?: ColumnFate['fate'] }[] = [];
  const disturb = (identity: string) => {
    if (early.has(identity)) return;
    early.add(identity);
    queue.push({ identity });
  };
  const relationNames = new Set(
    [...b.values()].filter((one) => !a.has(one.identity) && relationKinds.has(one.kind)).map(({ name }) => name),
  );
  const routineNames = new Set(
    [...b.values()].filter((one) => !a.has(one.identity) && isRoutine(one)).map(({ name }) => routineName(name)),
  );
  for (const object of a.values()) {
    const other = b.get(object.identity);
    if (!other) {
      // Beside an overload with defaults, calls would be ambiguous.
      const isOverload = isRoutine(object) && routineNames.has(routineName(object.name));
      const isInTheWay = isOverload || (relationKinds.has(object.kind) && relationNames.has(object.name));
      if (
        isInTheWay ||
        ['view', 'materialized view', 'user mapping', 'cast', 'publication', 'event trigger', ...parts].includes(object.kind)
      )
        disturb(object.identity);
    } else if (object.hash !== other.hash && mustReplace(object, other, changedProperties(object, other))) disturb(object.identity);
  }
  for (const [identity, list] of fates) {
    for (const { name, fate } of list) if (fate !== 'kept' && fate !== 'added') queue.push({ identity, column: name, fate });
  }
  const dependants = Map.groupBy(before, ({ to }) => to);
  for (let one = queue.pop(); one; one = queue.pop()) {
    for (const { from, column, isDefault, toColumn } of dependants.get(one.identity) ?? []) {
      if (one.column !== undefined && toColumn !== one.column) continue;
      const object = a.get(from);
      if (!object) continue;
      if (isDefault && column !== undefined && object.kind === 'table') {
        if (object.body.columns[column]?.generated === undefined) looseDefaults.add(`${object.name}\n${column}`);
        else if (!fates.get(from)?.some(({ name, fate }) => name === column && (fate === 'remade' || fate === 'dropped'))) {
          remade.set(from, (remade.get(from) ?? new Set()).add(column));
          setFates(from);
          queue.push({ identity: from, column, fate: 'remade' });
        }
      } else if (rebuilt.has(object.kind)) {
        // With another type of a column the server itself builds these again, but forgets the targets of statistics.
        if (one.fate === 'retyped' && (object.kind === 'constraint' || (object.kind === 'index' && !object.body.statistics))) continue;
        if (!b.has(object.on === undefined ? '' : `table ${object.on}`) && isPart(object) && !holdsParts(a, object.on)) continue;
        disturb(from);
      }
    }
  }
  const laterDefaults = new Set(
    after.filter(({ isDefault, column }) => isDefault && column !== undefined).map(({ from, column }) => `${b.get(from)?.name}\n${column}`),
  );
  return { a, b, laterDefaults, serverVersion: from.snapshot.serverVersion, creator, before, after, early, looseDefaults, fates };
}

const relationKinds = new Set(['table', 'foreign table', 'view', 'materialized view', 'sequence', 'index', 'type', 'domain']);
// Made again without asking for rows.
const holdsParts = (objects: Objects, name: string | undefined) =>
  ['view', 'materialized view', 'foreign table'].some((kind) => objects.has(`${kind} ${name}`));
