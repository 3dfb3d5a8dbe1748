// What a timetable is in the words of pg_cron: five fields of numbers, lists, ranges and steps, by one clock.

const fields = [
  { lowest: 0, highest: 59, names: [] },
  { lowest: 0, highest: 23, names: [] },
  { lowest: 1, highest: 31, names: [] },
  { lowest: 1, highest: 12, names: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { lowest: 0, highest: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const;

const words: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const minutesOf: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };

/** Zones whose wall is that of UTC at all times. */
export const isUtc = (zone: string) => /^(UTC|GMT|Etc\/(UTC|GMT|UCT|Universal|Zulu|Greenwich)|UCT|Universal|Zulu|Greenwich)$/i.test(zone);

/** Whether all of its times are on whole minutes, as those of pg_cron are. */
export function isByMinute(cron: string): boolean {
  const text = cron.trim();
  if (/^@every\b/i.test(text)) return everyMinutes(text) !== undefined;
  if (/^@at\b/i.test(text)) return !/\d\d:\d\d:(?!00)\d\d/.test(text);
  const parts = text.split(/\s+/);
  return parts.length !== 6 || /^0+$/.test(parts[0] ?? '');
}

/**
 * The pattern with which pg_cron, by a clock in UTC, starts at exactly the times of a timetable whose zone is UTC. Undefined where there is
 * none, or where the two might understand it differently: `L`, `#`, `W`, both fields of days, steps in the day of the week.
 */
export function cronPatternOf(cron: string): string | undefined {
  const text = cron.trim();
  if (/^@every\b/i.test(text)) return patternOfMinutes(everyMinutes(text));
  const parts = (words[text.toLowerCase()] ?? text).split(/\s+/);
  if (parts.length === 6 && /^0+$/.test(parts[0] ?? '')) parts.shift();
  if (parts.length !== 5) return undefined;
  const read = parts.map((part, index) => readField(part.toLowerCase(), index));
  const [, , day, , weekday] = read;
  if (read.includes(undefined) || (day !== '*' && weekday !== '*')) return undefined;
  return read.join(' ');
}

/** The pattern that starts at all of these times, by a clock in UTC, and at others as well. */
export function coverOf(times: readonly Date[]): string {
  const set = (highest: number, value: (at: Date) => number) => {
    const found = [...new Set(times.map(value))].sort((a, b) => a - b);
    return found.length === highest ? '*' : found.join(',');
  };
  return `${set(60, (at) => at.getUTCMinutes())} ${set(24, (at) => at.getUTCHours())} * * *`;
}

function everyMinutes(text: string): number | undefined {
  const [, count, unit = ''] = /^@every\s+(\d{1,6})\s*([smhd])[a-z]*$/i.exec(text) ?? [];
  const each = unit.toLowerCase() === 's' ? 1 / 60 : (minutesOf[unit.toLowerCase()] ?? 0);
  const minutes = Math.round(Number(count) * each * 60) / 60;
  return Number.isInteger(minutes) && minutes > 0 ? minutes : undefined;
}

// Counted from 1970, so only what divides an hour or a day falls on the same minutes each day.
function patternOfMinutes(minutes: number | undefined): string | undefined {
  if (minutes === undefined) return undefined;
  if (60 % minutes === 0) return minutes === 1 ? '* * * * *' : minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *`;
  if (minutes % 60 !== 0 || 1440 % minutes !== 0) return undefined;
  return minutes === 1440 ? '0 0 * * *' : `0 */${minutes / 60} * * *`;
}

function readField(text: string, index: number): string | undefined {
  const items = text.split(',').map((item) => readItem(item, index));
  if (items.includes(undefined)) return undefined;
  // A star among others is all of them, but to pg_cron also a word about the other field of days.
  return items.includes('*') ? '*' : items.join(',');
}

function readItem(item: string, index: number): string | undefined {
  const [, range = '', step] = /^([^/]+)(?:\/(\d{1,4}))?$/.exec(item) ?? [];
  const field = fields[index];
  if (!field || (step !== undefined && (Number(step) === 0 || index === 4))) return undefined;
  if (range === '*') return step === undefined || step === '1' ? '*' : `*/${step}`;
  const [from, to, ...more] = range.split('-').map((word) => numberOf(word, field));
  if (from === undefined || more.length > 0 || (range.includes('-') && (to === undefined || to < from))) return undefined;
  if (to === undefined) return step === undefined ? String(from) : undefined;
  return step === undefined ? `${from}-${to}` : `${from}-${to}/${step}`;
}

function numberOf(word: string, { lowest, highest, names }: (typeof fields)[number]): number | undefined {
  const named = (names as readonly string[]).indexOf(word);
  const value = word !== '' && named >= 0 ? named : /^\d{1,2}$/.test(word) ? Number(word) : undefined;
  return value !== undefined && value >= lowest && value <= highest ? value : undefined;
}
