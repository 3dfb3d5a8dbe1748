import { hash } from 'node:crypto';
import type { Bodies, ObjectKind, Snapshot, SnapshotObject } from './types.ts';

/** Grows whenever a property is added to or taken from what a snapshot says. */
export const snapshotFormat = 2;

// Places and privileges have properties of their own.
const numbers = new Set(['oid', 'relation', 'name', 'acl']);

/** A row of the catalog without its numbers and without what is at its default: null, false and empty lists. */
export function trim(row: object): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  // Once for each of all rows: a list of entries would double the time.
  for (const key in row) {
    const value = row[key as keyof typeof row] as unknown;
    if (value === null || value === undefined || value === false || numbers.has(key)) continue;
    if (!Array.isArray(value) || value.length > 0) body[key] = value;
  }
  return body;
}

export function objectOf<K extends ObjectKind>(
  kind: K,
  name: string,
  body: Bodies[K],
  place: { readonly on?: string; readonly columnOrder?: readonly string[] } = {},
): SnapshotObject {
  const isPart = place.on !== undefined && kind !== 'index' && kind !== 'statistics';
  const identity = isPart ? `${kind} ${name} on ${place.on}` : `${kind} ${name}`;
  const digest = hash('sha256', JSON.stringify([identity, place.on, body]));
  return { kind, identity, name, ...place, body, hash: digest } as unknown as SnapshotObject;
}

export function snapshotOf(serverVersion: number, objects: readonly SnapshotObject[]): Snapshot {
  const ordered = objects.toSorted((a, b) => (a.identity < b.identity ? -1 : 1));
  const rootHash = hash('sha256', ordered.map((object) => `${object.identity}\0${object.hash}\n`).join(''));
  return { format: snapshotFormat, serverVersion, rootHash, objects: new Map(ordered.map((object) => [object.identity, object])) };
}

/** The schema of several databases as if it were one. What all of them have counts once; the first says how it is. */
export function joinSnapshots(snapshots: readonly Snapshot[]): Snapshot {
  const [first] = snapshots;
  if (!first || snapshots.length === 1) return first ?? snapshotOf(0, []);
  const objects = new Map(snapshots.toReversed().flatMap((snapshot) => [...snapshot.objects]));
  return snapshotOf(first.serverVersion, [...objects.values()]);
}
