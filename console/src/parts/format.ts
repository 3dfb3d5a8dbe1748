const language = navigator.language;
const count = new Intl.NumberFormat(language);
const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** What stands where a number is not known: never 0. */
export const unknown = '–';

export function formatCount(value: number | null | undefined): string {
  return value == null ? unknown : count.format(value);
}

export function formatCompact(value: number | null | undefined): string {
  return value == null ? unknown : compact.format(value);
}

/** Decimal units, three significant digits: 17.5 MB. */
export function formatBytes(value: number | null | undefined): string {
  if (value == null) return unknown;
  const step = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  const scaled = value / 1000 ** step;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: step === 0 || scaled >= 100 ? 0 : 1 }).format(scaled)} ${units[step]}`;
}

/** A share of 1 in percent; unknown when the whole is 0. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return unknown;
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(part / whole);
}

export function formatMs(value: number | null | undefined): string {
  if (value == null) return unknown;
  if (value >= 1000) return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value / 1000)} s`;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ms`;
}

const spans: readonly (readonly [unit: string, sizeMs: number, untilMs: number])[] = [
  ['ms', 1, 1_000],
  ['s', 1_000, 60_000],
  ['min', 60_000, 3_600_000],
  ['h', 3_600_000, 172_800_000],
  ['d', 86_400_000, Number.POSITIVE_INFINITY],
];

/** As people say how long something takes: 40 ms, 12 s, 3 min, 2.5 h. */
export function formatDuration(ms: number | null | undefined): string {
  return ms == null ? unknown : formatDurations([ms]);
}

/** Several in the unit of the longest: 52 · 120 · 126 ms. */
export function formatDurations(durationsMs: readonly number[]): string {
  const longest = Math.max(...durationsMs);
  const [unit, sizeMs] = spans.find(([, , untilMs]) => longest < untilMs) ?? ['ms', 1];
  const one = (ms: number) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: sizeMs > 1 && ms < 10 * sizeMs ? 1 : 0 }).format(ms / sizeMs);
  return `${durationsMs.map(one).join(' · ')} ${unit}`;
}

/** 1 row, 2 rows. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count.format(value)} ${value === 1 ? one : many}`;
}
