import { expect, test } from 'vitest';
import { type Hour, judgeHour, needed } from './judge.ts';
import { median, poissonTail, robustExcess } from './statistics.ts';

const start = Date.UTC(2026, 0, 5);
const hourMs = 3_600_000;

/** The same numbers in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function poisson(rate: number, random: () => number): number {
  const limit = Math.exp(-rate);
  let count = -1;
  for (let product = 1; product > limit; count++) product *= random();
  return count;
}

const hourAt = (day: number, hour: number, seen: Partial<Hour> = {}): Hour => ({
  hour: new Date(start + (day * 24 + hour) * hourMs),
  events: 30,
  rows: 100,
  refused: 0,
  exports: 0,
  tables: ['shop.orders', 'shop.items'],
  addresses: ['10.0.0.1'],
  ...seen,
});

/** Office hours on working days, 9 to 17. */
function quietUser(days: number, random: () => number): Hour[] {
  return Array.from({ length: days }, (_, day) => day)
    .filter((day) => day % 7 < 5)
    .flatMap((day) =>
      Array.from({ length: 8 }, (_, i) => hourAt(day, 9 + i, { events: poisson(30, random) + 1, rows: poisson(100, random) + 1 })),
    );
}

const history = quietUser(28, randomFrom(1));
const kindsOf = (current: Hour, before: readonly Hour[] = history) => {
  const judged = judgeHour(before, current);
  return judged.verdict === 'judged' ? judged.deviations.map(({ kind, subject }) => `${kind} ${subject}`.trim()) : judged.verdict;
};

test('[I22] without enough history nothing is judged, and it says so', () => {
  const few = history.slice(0, needed.activeHours - 1);
  expect(judgeHour(few, hourAt(30, 10, { events: 1e6 }))).toEqual({ verdict: 'not enough history', activeHours: 23, activeDays: 3 });
  const oneDay = Array.from({ length: 24 }, (_, hour) => hourAt(0, hour));
  expect(judgeHour(oneDay, hourAt(1, 3, { events: 1e6 }))).toEqual({ verdict: 'not enough history', activeHours: 24, activeDays: 1 });
});

test('[I22] a usual hour is nothing to report', () => {
  expect(kindsOf(hourAt(28, 10))).toEqual([]);
  expect(kindsOf(hourAt(28, 8))).toEqual([]);
  expect(kindsOf(hourAt(28, 10, { refused: 1, exports: 1 }))).toEqual([]);
});

test('[I22] each kind of deviation is found by itself', () => {
  expect(kindsOf(hourAt(28, 10, { events: 300 }))).toEqual(['volume']);
  expect(kindsOf(hourAt(28, 10, { rows: 5_000 }))).toEqual(['rows']);
  expect(kindsOf(hourAt(28, 10, { refused: 6 }))).toEqual(['refused']);
  expect(kindsOf(hourAt(28, 10, { exports: 6 }))).toEqual(['exports']);
  expect(kindsOf(hourAt(28, 3))).toEqual(['hour 03:00 UTC']);
  expect(kindsOf(hourAt(28, 10, { tables: ['shop.orders', 'hr.salaries'] }))).toEqual(['table hr.salaries']);
  expect(kindsOf(hourAt(28, 10, { addresses: ['203.0.113.9'] }))).toEqual(['address 203.0.113.9']);
});

test('[I22] of who often comes from somewhere new, a new address is usual', () => {
  const roaming = history.map((hour, i) => ({ ...hour, addresses: [`10.1.0.${Math.floor(i / 8)}`] }));
  expect(kindsOf(hourAt(28, 10, { addresses: ['203.0.113.9'] }), roaming)).toEqual([]);
});

test('[I22] an outlier in the past does not hide the next', () => {
  const before = history.map((hour, i) => (i % 20 === 7 ? { ...hour, events: 5_000 } : hour));
  expect(kindsOf(hourAt(28, 10, { events: 300 }), before)).toEqual(['volume']);
});

test('[I22] sixty quiet users give less than one false alarm in a thousand hours, and ten times the work is always found', () => {
  let hours = 0;
  let alarms = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomFrom(seed);
    const before = quietUser(28, random);
    for (const current of quietUser(5, random).map((hour) => ({ ...hour, hour: new Date(hour.hour.getTime() + 28 * 24 * hourMs) }))) {
      hours++;
      alarms += kindsOf(current, before).length > 0 ? 1 : 0;
    }
    expect(kindsOf(hourAt(29, 11, { events: 300 + poisson(10, random) }), before)).toEqual(['volume']);
  }
  expect(hours).toBe(2_400);
  expect(alarms / hours).toBeLessThan(0.001);
});

test('[I22] the statistics are right where they can be looked up', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
  expect(robustExcess([10, 10, 10, 10], 14)).toEqual({ usual: 10, deviations: 4 / Math.sqrt(10) });
  expect(poissonTail(2, 0)).toBe(1);
  expect(poissonTail(2, 1)).toBeCloseTo(1 - Math.exp(-2), 11);
  expect(poissonTail(1, 10) / 1.1142547e-7).toBeCloseTo(1, 5);
  expect(poissonTail(50, 10)).toBeCloseTo(1, 9);
});
