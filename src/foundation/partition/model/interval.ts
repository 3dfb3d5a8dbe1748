/** Calendar intervals a time level is cut into, in UTC; a week is an ISO week, from Monday. */
export const timeUnits = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type TimeUnit = (typeof timeUnits)[number];

const dayMs = 24 * 60 * 60_000;
const two = (value: number) => String(value).padStart(2, '0');

/** Start of the interval that holds `at`. The server computes the same in partition.floor_of(). */
export function floorOf(unit: TimeUnit, at: Date): Date {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (unit) {
    case 'hour':
      return new Date(Date.UTC(year, month, day, at.getUTCHours()));
    case 'day':
      return new Date(Date.UTC(year, month, day));
    case 'week':
      return new Date(Date.UTC(year, month, day - ((at.getUTCDay() + 6) % 7)));
    case 'month':
      return new Date(Date.UTC(year, month));
    case 'quarter':
      return new Date(Date.UTC(year, month - (month % 3)));
    case 'year':
      return new Date(Date.UTC(year, 0));
  }
}

const widths: Readonly<Record<TimeUnit, { readonly months?: number; readonly ms?: number }>> = {
  hour: { ms: 60 * 60_000 },
  day: { ms: dayMs },
  week: { ms: 7 * dayMs },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { months: 12 },
};

/** End of the interval that holds `at`, which is the start of the one after it. */
export function nextOf(unit: TimeUnit, at: Date): Date {
  const start = floorOf(unit, at);
  const { months = 0, ms = 0 } = widths[unit];
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, start.getUTCDate(), start.getUTCHours()) + ms);
}

/** End of a partition's name: `2025_01`, `2025_w05`, `2025_q1`, `2025_01_31_13`. */
export function suffixOf(unit: TimeUnit, at: Date): string {
  const start = floorOf(unit, at);
  const year = String(start.getUTCFullYear()).padStart(4, '0');
  const month = two(start.getUTCMonth() + 1);
  switch (unit) {
    case 'hour':
      return `${year}_${month}_${two(start.getUTCDate())}_${two(start.getUTCHours())}`;
    case 'day':
      return `${year}_${month}_${two(start.getUTCDate())}`;
    case 'week':
      return isoWeek(start);
    case 'month':
      return `${year}_${month}`;
    case 'quarter':
      return `${year}_q${start.getUTCMonth() / 3 + 1}`;
    case 'year':
      return year;
  }
}

/** The year of an ISO week is that of its Thursday: 2027-01-01 lies in 2026_w53. */
function isoWeek(monday: Date): string {
  const thursday = new Date(monday.getTime() + 3 * dayMs);
  const week = Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0)) / (7 * dayMs)) + 1;
  return `${thursday.getUTCFullYear()}_w${two(week)}`;
}

/** A bound as a literal: with offset, so that no session's time zone has a say in it. */
export function boundOf(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')}+00`;
}

/** The least uuid whose first 48 bits carry this millisecond; a limit for keys of uuid v7. */
export function uuidFloor(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
