import { poissonTail, robustExcess } from './statistics.ts';

/** What one user did for one tenant in one hour. Hours without anything are not kept. */
export interface Hour {
  /** Its beginning. */
  readonly hour: Date;
  readonly events: number;
  /** Rows that were read and changed. */
  readonly rows: number;
  readonly refused: number;
  readonly exports: number;
  readonly tables: readonly string[];
  readonly addresses: readonly string[];
}

export const anomalyKinds = ['volume', 'rows', 'refused', 'exports', 'hour', 'table', 'address'] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

export interface Deviation {
  readonly kind: AnomalyKind;
  /** The table or address that is new, the hour of the day in UTC; empty for counts. */
  readonly subject: string;
  /** What was seen: a count, 1 for something new. */
  readonly observed: number;
  /** What is usual, or was expected of the hour. */
  readonly usual: number;
  /** In a sentence, with the numbers. */
  readonly evidence: string;
  readonly severity: 'medium' | 'high';
}

export type Judgement =
  | { readonly verdict: 'judged'; readonly deviations: readonly Deviation[] }
  /** Too little is known to call anything unusual. */
  | { readonly verdict: 'not enough history'; readonly activeHours: number; readonly activeDays: number };

/** What has to be known before an hour is judged: five working days, and two weeks before times of the day mean something. */
export const needed = { activeHours: 24, activeDays: 5, daysForHours: 14 } as const;

const dayMs = 86_400_000;
// About one false alarm in a thousand active hours of one user, by the test on quiet simulated users.
const deviationsNeeded = 8;
const tailNeeded = 1e-6;
// In this many more than usual nobody has to look.
const leastExcess = { events: 20, rows: 100 } as const;
// Who brings something new on more days than this is someone of whom new things are usual.
const usualNovelty = 0.1;

/** Judges the last hour of one user of one tenant against the hours before it, oldest first. Deterministic. */
export function judgeHour(history: readonly Hour[], current: Hour): Judgement {
  const days = new Set(history.map(({ hour }) => dayOf(hour)));
  if (history.length < needed.activeHours || days.size < needed.activeDays) {
    return { verdict: 'not enough history', activeHours: history.length, activeDays: days.size };
  }
  const deviations = [
    ...tooMuch('volume', history, current, ({ events }) => events, leastExcess.events, 'events'),
    ...tooMuch('rows', history, current, ({ rows }) => rows, leastExcess.rows, 'rows'),
    ...tooOften('refused', history, current, ({ refused }) => refused, 'refused attempts'),
    ...tooOften('exports', history, current, ({ exports }) => exports, 'exports'),
    ...unusualHour(history, current, days),
    ...novelties('table', history, current, ({ tables }) => tables, days.size),
    ...novelties('address', history, current, ({ addresses }) => addresses, days.size),
  ];
  return { verdict: 'judged', deviations };
}

function tooMuch(
  kind: AnomalyKind,
  history: readonly Hour[],
  current: Hour,
  of: (hour: Hour) => number,
  least: number,
  what: string,
): Deviation[] {
  const observed = of(current);
  const { usual, deviations } = robustExcess(history.map(of), observed);
  if (deviations < deviationsNeeded || observed - usual < least) return [];
  const evidence = `${observed} ${what} in an hour; usual are ${usual} (median of ${history.length} active hours), ${deviations.toFixed(1)} robust deviations above`;
  return [{ kind, subject: '', observed, usual, evidence, severity: deviations >= 4 * deviationsNeeded ? 'high' : 'medium' }];
}

/** For what is rare: its rate is taken as if it had happened once more than it did, in one hour more. */
function tooOften(kind: AnomalyKind, history: readonly Hour[], current: Hour, of: (hour: Hour) => number, what: string): Deviation[] {
  const observed = of(current);
  const total = history.reduce((sum, hour) => sum + of(hour), 0);
  const usual = (total + 1) / (history.length + 1);
  const tail = poissonTail(usual, observed);
  if (observed < 2 || tail > tailNeeded) return [];
  const evidence = `${observed} ${what} in an hour; ${total} in ${history.length} active hours before, so the chance is ${tail.toExponential(1)}`;
  return [{ kind, subject: '', observed, usual, evidence, severity: 'high' }];
}

function unusualHour(history: readonly Hour[], { hour }: Hour, days: ReadonlySet<number>): Deviation[] {
  const spanDays = (dayOf(hour) - Math.min(...days)) | 0;
  if (spanDays < needed.daysForHours) return [];
  const at = hour.getUTCHours();
  const isNear = (other: number) => Math.min((other - at + 24) % 24, (at - other + 24) % 24) <= 1;
  if (history.some((known) => isNear(known.hour.getUTCHours()))) return [];
  const subject = `${String(at).padStart(2, '0')}:00 UTC`;
  const evidence = `active at ${subject}, within an hour of which there was nothing in ${spanDays} days`;
  return [{ kind: 'hour', subject, observed: 1, usual: 0, evidence, severity: 'medium' }];
}

function novelties(
  kind: 'table' | 'address',
  history: readonly Hour[],
  current: Hour,
  of: (hour: Hour) => readonly string[],
  days: number,
): Deviation[] {
  const known = new Set<string>();
  const newOn = new Set<number>();
  const first = dayOf((history[0] as Hour).hour);
  for (const hour of history) {
    for (const each of of(hour)) {
      // On the first day everything is new.
      if (!known.has(each) && dayOf(hour.hour) !== first) newOn.add(dayOf(hour.hour));
      known.add(each);
    }
  }
  if (known.size === 0 || newOn.size / days > usualNovelty) return [];
  return [...new Set(of(current))]
    .filter((each) => !known.has(each))
    .map((subject) => {
      const evidence = `${kind} ${subject} for the first time; ${known.size} known from ${history.length} active hours, new ones on ${newOn.size} of ${days} days`;
      return { kind, subject, observed: 1, usual: 0, evidence, severity: 'medium' as const };
    });
}

const dayOf = (hour: Date) => Math.floor(hour.getTime() / dayMs);
