import { expect, test } from 'vitest';
import { boundOf, floorOf, nextOf, suffixOf, timeUnits, uuidFloor } from './interval.ts';

const from = Date.UTC(2023, 11, 25, 3);
const hours = 3 * 366 * 24;

test.each(timeUnits)('[I1] a clock walk over three years by %s: every hour lies in one interval, and they follow one another', (unit) => {
  const wrong: string[] = [];
  const names = new Set<string>();
  let [name, end] = ['', floorOf(unit, new Date(from)).getTime()];
  for (let hour = 0; hour < hours; hour++) {
    const at = new Date(from + hour * 3_600_000);
    const [lower, upper] = [floorOf(unit, at).getTime(), nextOf(unit, at).getTime()];
    if (at.getTime() >= end || names.size === 0) {
      if (lower !== end) wrong.push(`gap or overlap before ${at.toISOString()}`);
      name = suffixOf(unit, at);
      if (names.has(name)) wrong.push(`${name} twice`);
      names.add(name);
      end = upper;
    }
    if (upper !== end || lower > at.getTime() || suffixOf(unit, at) !== name) wrong.push(at.toISOString());
  }
  expect(wrong).toEqual([]);
});

test('[I1] names: leap day, ISO week 53, the week that belongs to another year', () => {
  const at = (text: string) => new Date(`${text}Z`);
  expect(suffixOf('day', at('2024-02-29T23:59:59'))).toBe('2024_02_29');
  expect(suffixOf('hour', at('2025-01-31T13:20:00'))).toBe('2025_01_31_13');
  expect(suffixOf('week', at('2027-01-03T12:00:00'))).toBe('2026_w53');
  expect(suffixOf('week', at('2024-12-30T00:00:00'))).toBe('2025_w01');
  expect(suffixOf('month', at('2025-01-31T13:20:00'))).toBe('2025_01');
  expect(suffixOf('quarter', at('2025-12-31T23:00:00'))).toBe('2025_q4');
  expect(suffixOf('year', at('2025-12-31T23:00:00'))).toBe('2025');
  expect(boundOf(floorOf('month', at('2025-02-14T00:00:00')))).toBe('2025-02-01 00:00:00+00');
});

test('[I1] a limit for uuid v7 is below every key of its millisecond and above every one before', () => {
  expect(uuidFloor(new Date(0x0190_0000_0000))).toBe('01900000-0000-0000-0000-000000000000');
});
