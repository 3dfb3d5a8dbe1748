/** How long minutes are kept. */
export const minutesKeptHours = 24;
const minuteMs = 60_000;

export const minuteOf = (moment: Date): Date => new Date(Math.floor(moment.getTime() / minuteMs) * minuteMs);

/**
 * A minute as people write it: `2026-11-21T09:31`, or `09:31` for the last time it was so late, both in UTC; `last` for the one before
 * this. Undefined where it is none.
 */
export function parseMinute(text: string, now: Date): Date | undefined {
  if (text === 'last') return new Date(minuteOf(now).getTime() - minuteMs);
  const [, date, time] = /^(?:(\d{4}-\d\d-\d\d)[T ])?(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z?$/.exec(text) ?? [];
  if (time === undefined) return undefined;
  const moment = new Date(`${date ?? now.toISOString().slice(0, 10)}T${time}:00Z`);
  if (Number.isNaN(moment.getTime())) return undefined;
  const isTomorrows = date === undefined && moment > now;
  return isTomorrows ? new Date(moment.getTime() - 24 * 60 * minuteMs) : moment;
}
