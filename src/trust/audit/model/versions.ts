import type { RowVersion } from './types.ts';

export interface ColumnChange {
  readonly old: unknown;
  readonly new: unknown;
}

/** What one event says of one row. */
export interface RowChange {
  readonly eventId: number;
  readonly created: Date;
  /** Era and transaction. */
  readonly transaction: string;
  /** insert, update, delete, truncate. */
  readonly action: string;
  /** Whether the row has the key afterwards, and whether it had it before: one of both where an update changed the key. */
  readonly isNow: boolean;
  readonly wasBefore: boolean;
  readonly userId: string | null;
  readonly databaseUser: string;
  readonly columns: Readonly<Record<string, ColumnChange>>;
}

type State = ReadonlyMap<string, unknown>;

/** Stands among the names of columns for a row that came or went unseen. */
const wholeRow = '(row)';

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const begins = (change: RowChange) => change.action === 'insert' || !change.wasBefore;
const ends = (change: RowChange) => change.action === 'delete' || change.action === 'truncate' || !change.isNow;

/** Whether a change can have met a row in that state; undefined is no row. */
function fits(change: RowChange, state: State | undefined): boolean {
  if (begins(change)) return state === undefined;
  return state !== undefined && differing(change, state).length === 0;
}

const differing = (change: RowChange, state: State) =>
  Object.entries(change.columns).flatMap(([name, { old }]) => (state.has(name) && !isSame(state.get(name), old) ? [name] : []));

function after(change: RowChange, state: State | undefined): State | undefined {
  if (ends(change)) return undefined;
  const next = new Map(begins(change) ? [] : state);
  for (const [name, value] of Object.entries(change.columns)) next.set(name, value.new);
  return next;
}

/**
 * Events are numbered when their statement ends, and a trigger on rows can run statements of its own before that: inside a transaction the
 * inner change of a row has the smaller number. So there the one is next whose old values are those the row has.
 */
function inOrder(changes: readonly RowChange[]): readonly RowChange[] {
  const ordered: RowChange[] = [];
  // What the row was before the first change nobody knows, and anything fits.
  let state: State | undefined = changes[0] && begins(changes[0]) ? undefined : new Map();
  const waiting = [...changes];
  while (waiting[0]) {
    const { transaction } = waiting[0];
    const together = waiting.findIndex((change) => change.transaction !== transaction);
    const candidates = together === -1 ? waiting : waiting.slice(0, together);
    const fitting = candidates.findIndex((change) => fits(change, state));
    const [next] = waiting.splice(Math.max(fitting, 0), 1) as [RowChange];
    ordered.push(next);
    state = after(next, state);
  }
  return ordered;
}

/**
 * Every version of a row, in order. A change keeps only what it changed: what a column had in between is what the change before left, or what
 * the next one found, or, where nothing ever changed it, what the row has now (`current`).
 */
export function versionsOf(
  changes: readonly RowChange[],
  current: Readonly<Record<string, unknown>> | undefined,
): { readonly versions: readonly RowVersion[]; readonly unseen: readonly string[] } {
  const ordered = inOrder(changes);
  const known: (State | undefined)[] = [];
  const unseen: string[][] = [];
  for (const [index, change] of ordered.entries()) {
    const before = index === 0 ? undefined : known[index - 1];
    // It came or went without a change.
    if (index > 0 && begins(change) === (before !== undefined)) unseen.push([wholeRow]);
    else unseen.push(before ? differing(change, before) : []);
    known.push(after(change, before ?? new Map()));
  }

  const versions: RowVersion[] = [];
  let later: State = new Map(Object.entries(current ?? {}));
  const withLater = (state: State) => Object.fromEntries([...later, ...state].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  for (const [index, change] of [...ordered.entries()].toReversed()) {
    const state = known[index];
    versions.unshift({
      eventId: change.eventId,
      created: change.created,
      action:
        change.action === 'update' && begins(change) ? 'arrive' : change.action === 'update' && ends(change) ? 'depart' : change.action,
      ...(change.userId !== null && { userId: change.userId }),
      databaseUser: change.databaseUser,
      ...(state && { row: withLater(state) }),
      changed: Object.keys(change.columns).toSorted(),
      unseen: unseen[index] ?? [],
    });
    const old = Object.entries(change.columns).map(([name, value]) => [name, value.old] as const);
    // Before it began there was no row; what it was like when it ended, only that change tells.
    later = new Map(begins(change) ? [] : [...(ends(change) ? [] : later), ...old]);
  }
  const [first] = ordered;
  if (first && !begins(first)) versions.unshift({ row: withLater(new Map()), changed: [], unseen: [] });

  const last = known.at(-1);
  const found = Object.entries(current ?? {});
  if (ordered.length > 0 && (last !== undefined) !== (current !== undefined)) return { versions, unseen: [wholeRow] };
  return { versions, unseen: found.flatMap(([name, value]) => (last?.has(name) && !isSame(last.get(name), value) ? [name] : [])) };
}

/** JSON with every digit: a number that JavaScript would round stays its text. */
export function parseExactly(text: string): unknown {
  const keep = (_: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source ? context.source : value;
  return JSON.parse(text, keep as (key: string, value: unknown) => unknown);
}
