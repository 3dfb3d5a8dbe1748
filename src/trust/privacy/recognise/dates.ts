import { isDay } from './check-digits.ts';
import type { Recogniser } from './recogniser.ts';

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?.*)?$/;
const local = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/;

function dayIn(value: string): readonly [number, number, number] | undefined {
  const [, year, month, day] = iso.exec(value) ?? [];
  if (year !== undefined) return [Number(year), Number(month), Number(day)];
  const [, first, second, last] = local.exec(value) ?? [];
  if (last === undefined) return undefined;
  // 31.12. and 12/31: whichever of the two can be a month.
  return Number(second) > 12 ? [Number(last), Number(first), Number(second)] : [Number(last), Number(second), Number(first)];
}

/**
 * Days on which people who live now may be born. `thisYear` is the reader's: a recogniser has no clock. Days of other things lie in the
 * same years, so this never suffices by itself.
 */
export function birthDateOf(thisYear: number): Recogniser {
  return {
    category: 'birth-date',
    label: 'days on which living people may be born',
    weight: 0.4,
    chance: 0.15,
    fullShare: 0.8,
    isPersonal: true,
    fits(value, { digits, length }) {
      if (digits < 6 || length < 8 || length > 30) return 0;
      const day = dayIn(value);
      if (!day || !isDay(...day)) return 0;
      const age = thisYear - day[0];
      return age >= 10 && age <= 105 ? 1 : 0;
    },
  };
}

/** Whether a value is a day or a year at all. */
export const isDayOrYear = (value: string): boolean =>
  dayIn(value) !== undefined || /^(?:18|19|20)\d{2}$/.test(value) || /^\d{4}-?\d{2}-?\d{2}/.test(value);
