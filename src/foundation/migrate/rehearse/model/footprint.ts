import { isStronger, type LockMode, lockMode } from './locks.ts';

/** What one statement did to relations that were there before it. Names are qualified and quoted where they need it. */
export interface Footprint {
  /** The strongest lock on each relation after it, by name; earlier statements of its transaction may have taken it. */
  readonly locks: readonly HeldRelation[];
  /** Tables and materialized views whose file it wrote anew. */
  readonly rewrites: readonly string[];
  /** Tables it read from end to end without writing them anew. */
  readonly scans: readonly string[];
  /** Indexes it built on them. */
  readonly indexBuilds: readonly { readonly index: string; readonly table: string }[];
}

export interface HeldRelation {
  readonly relation: string;
  readonly mode: LockMode;
}

/** One relation at one moment. */
export interface RelationState {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
  readonly file_node: number;
  readonly scans: number;
}

export interface HeldLock {
  readonly id: number;
  /** As in pg_locks. */
  readonly mode: string;
}

/** What a statement left to be seen. */
export interface Traces {
  readonly before: readonly RelationState[];
  readonly after: readonly RelationState[];
  readonly held: readonly HeldLock[];
  readonly notices: readonly { readonly message: string; readonly routine: string }[];
  /** TRUNCATE gives a table a new file as well, but writes nothing into it. */
  readonly isTruncate: boolean;
}

const byName =
  <T>(nameOf: (item: T) => string) =>
  (a: T, b: T) =>
    nameOf(a) < nameOf(b) ? -1 : 1;
const quoted = (message: string) => [...message.matchAll(/"((?:[^"]|"")+)"/g)].map(([, name]) => name ?? '');
const isTable = ({ kind }: RelationState) => kind === 'r' || kind === 'm';

export function footprintOf(traces: Traces): Footprint {
  const known = new Map(traces.before.map((relation) => [relation.id, relation]));
  const locks = strongestLocks(traces, known);
  if (traces.isTruncate) return { locks, rewrites: [], scans: [], indexBuilds: [] };
  const after = new Map(traces.after.map((relation) => [relation.id, relation]));
  const survivors = traces.before.filter(isTable).flatMap((old) => {
    const now = after.get(old.id);
    return now ? [{ old, now }] : [];
  });
  const rewrites = survivors.filter(({ old, now }) => old.file_node !== now.file_node).map(({ old }) => old.name);
  return {
    locks,
    rewrites: rewrites.sort(),
    scans: survivors
      .filter(({ old, now }) => now.scans > old.scans && !rewrites.includes(old.name))
      .map(({ old }) => old.name)
      .sort(),
    indexBuilds: indexBuilds(traces).sort(byName(({ index }) => index)),
  };
}

function strongestLocks({ held }: Traces, known: ReadonlyMap<number, RelationState>): Footprint['locks'] {
  const strongest = new Map<string, LockMode>();
  for (const { id, mode: serverName } of held) {
    const mode = lockMode(serverName);
    const relation = known.get(id)?.name;
    if (!mode || !relation) continue;
    const found = strongest.get(relation);
    if (!found || isStronger(mode, found)) strongest.set(relation, mode);
  }
  return [...strongest].map(([relation, mode]) => ({ relation, mode })).sort(byName(({ relation }) => relation));
}

/** The server names indexes and tables without their schema; the table is one that was there before. */
function indexBuilds({ before, notices }: Traces): { index: string; table: string }[] {
  const tables = new Map(before.filter(isTable).map(({ name }) => [name.slice(name.indexOf('.') + 1).replaceAll('"', ''), name]));
  return notices.flatMap(({ routine, message }) => {
    const [index, table] = routine === 'index_build' ? quoted(message) : [];
    const name = tables.get(table ?? '');
    return index && name ? [{ index, table: name }] : [];
  });
}

/** What of `now` no earlier statement of the transaction had taken, or only in a weaker mode. */
export function newLocks(before: Footprint['locks'], now: Footprint['locks']): Footprint['locks'] {
  const had = new Map(before.map(({ relation, mode }) => [relation, mode]));
  return now.filter(({ relation, mode }) => {
    const old = had.get(relation);
    return old === undefined || isStronger(mode, old);
  });
}
