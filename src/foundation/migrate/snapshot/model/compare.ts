import type { Difference, Snapshot, SnapshotObject } from './types.ts';

/** What stands between two snapshots, ordered by identity; empty when they are the same. `expected` is of `a`, `actual` of `b`. */
export function compareSnapshots(a: Snapshot, b: Snapshot): readonly Difference[] {
  const differences: Difference[] = [];
  for (const identity of [...new Set([...a.objects.keys(), ...b.objects.keys()])].sort()) {
    const expected = a.objects.get(identity);
    const actual = b.objects.get(identity);
    if (expected && actual) differences.push(...compareObjects(expected, actual));
    else if (expected) differences.push({ identity, kind: expected.kind, change: 'removed', expected: expected.body });
    else if (actual) differences.push({ identity, kind: actual.kind, change: 'added', actual: actual.body });
  }
  return differences;
}

function compareObjects(expected: SnapshotObject, actual: SnapshotObject): Difference[] {
  const { identity, kind } = expected;
  const found: Difference[] = [];
  if (expected.hash !== actual.hash) {
    for (const difference of walk(expected.body, actual.body, '')) found.push({ identity, kind, change: 'changed', ...difference });
  }
  const before = expected.columnOrder?.filter((column) => actual.columnOrder?.includes(column));
  const after = actual.columnOrder?.filter((column) => expected.columnOrder?.includes(column));
  if (String(before) !== String(after)) {
    found.push({
      identity,
      kind,
      change: 'reordered',
      path: 'columnOrder',
      expected: expected.columnOrder,
      actual: actual.columnOrder,
    });
  }
  return found;
}

function* walk(expected: unknown, actual: unknown, path: string): Generator<Pick<Difference, 'path' | 'expected' | 'actual'>> {
  if (isPlain(expected) && isPlain(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      yield* walk(expected[key], actual[key], path === '' ? key : `${path}.${key}`);
    }
  } else if (JSON.stringify(expected) !== JSON.stringify(actual)) {
    yield { path, ...(expected !== undefined && { expected }), ...(actual !== undefined && { actual }) };
  }
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
