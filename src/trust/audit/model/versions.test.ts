import { expect, test } from 'vitest';
import { parseExactly, type RowChange, versionsOf } from './versions.ts';

let eventId = 0;
const change = (action: string, columns: Record<string, [unknown, unknown]>, init: Partial<RowChange> = {}): RowChange => ({
  eventId: ++eventId,
  created: new Date(eventId),
  transaction: `1 ${eventId}`,
  action,
  isNow: true,
  wasBefore: true,
  userId: null,
  databaseUser: 'someone',
  columns: Object.fromEntries(Object.entries(columns).map(([name, [old, now]]) => [name, { old, new: now }])),
  ...init,
});
const rowsOf = (...given: Parameters<typeof versionsOf>) => versionsOf(...given).versions.map(({ row }) => row);

test('[I4] a row from its insert to its end', () => {
  const changes = [
    change('insert', { a: [null, 1], b: [null, 'x'] }),
    change('update', { a: [1, 2] }),
    change('delete', { a: [2, null], b: ['x', null] }),
    change('insert', { a: [null, 5], b: [null, null] }),
  ];
  expect(rowsOf(changes, { a: 5, b: null })).toEqual([{ a: 1, b: 'x' }, { a: 2, b: 'x' }, undefined, { a: 5, b: null }]);
  expect(versionsOf(changes, { a: 5, b: null }).unseen).toEqual([]);
});

test('[I4] a row that was there before the trail: what no change tells, the row as it is now does', () => {
  const changes = [change('update', { a: [1, 2] }), change('update', { b: ['x', 'y'] })];
  expect(rowsOf(changes, { a: 2, b: 'y', c: 'never changed' })).toEqual([
    { a: 1, b: 'x', c: 'never changed' },
    { a: 2, b: 'x', c: 'never changed' },
    { a: 2, b: 'y', c: 'never changed' },
  ]);
});

test('[I4] of two changes in one transaction the inner one has the smaller number', () => {
  const outer = change('update', { a: [1, 2] });
  const inner = change('update', { a: [2, 3] });
  const together = { transaction: '1 1' };
  const first = change('insert', { a: [null, 1] }, { eventId: 0, transaction: '1 0' });
  expect(rowsOf([first, { ...inner, ...together }, { ...outer, ...together }], { a: 3 })).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
});

test('[I4] what was changed past the trail is named', () => {
  const changes = [change('insert', { a: [null, 1], b: [null, 1] }), change('update', { a: [7, 8] })];
  const { versions, unseen } = versionsOf(changes, { a: 8, b: 9 });
  expect(versions[1]?.unseen).toEqual(['a']);
  expect(unseen).toEqual(['b']);
  expect(versionsOf(changes, undefined).unseen).toEqual(['(row)']);
  const again = [changes[0] as RowChange, change('insert', { a: [null, 2], b: [null, 2] })];
  expect(versionsOf(again, { a: 2, b: 2 }).versions[1]?.unseen).toEqual(['(row)']);
});

test('[I4] keys that change: a row arrives and departs', () => {
  const changes = [
    change('update', { a: [1, 1] }, { wasBefore: false }),
    change('update', { a: [1, 2] }),
    change('update', { a: [2, 2] }, { isNow: false }),
  ];
  const { versions } = versionsOf(changes, undefined);
  expect(versions.map(({ action, row }) => [action, row])).toEqual([
    ['arrive', { a: 1 }],
    ['update', { a: 2 }],
    ['depart', undefined],
  ]);
});

test('[I4] numbers keep their digits', () => {
  expect(parseExactly('{"a":1,"b":1.50,"c":12345678901234567890,"d":[0.1]}')).toEqual({
    a: 1,
    b: '1.50',
    c: '12345678901234567890',
    d: [0.1],
  });
});
