import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Recogniser } from './recogniser.ts';

const written = /^(?:\+|00|\(|0|\d)[\d ()./-]{5,20}\d(?: ?(?:x|ext\.?|#) ?\d{1,6})?$/i;
// Dates, times, versions and addresses of networks are made of the same characters.
const otherwise = /^\d{4}-\d{2}-\d{2}|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$|^\d+\.\d+(?:\.\d+)*$|^\d{1,4}-\d{1,4}$/;

// Plans without a zero in front of national numbers; people write them in groups.
const trunkless = new Set(['ES', 'PT', 'IT', 'DK', 'NO', 'PL', 'CZ', 'GR', 'LU']);
const american = new Set(['US', 'CA']);
// Area and exchange begin with two or more; moments in seconds do not.
const northAmerican = /^1?[2-9]\d{2}[2-9]\d{6}$/;
const grouped = /^\d{2,3}(?: \d{2,3}){2,3}$/;

/**
 * Numbers that could be dialled. With a leading `+` the country is known and its own plan decides; without, those of `countries` are tried,
 * as people there write them. Bare digits are also order numbers and timestamps: they count little, and only where a plan knows them.
 */
export function phoneOf(countries: readonly string[]): Recogniser {
  const isDialled = (value: string, country?: string) => parsePhoneNumberFromString(value, country as CountryCode)?.isValid() ?? false;
  const plansFor = (value: string, isBare: boolean) => {
    const isAmerican = northAmerican.test(value.replace(/\D/g, ''));
    return countries.filter((country) => {
      if (american.has(country)) return isAmerican;
      return /^\(?0/.test(value) || (!isBare && trunkless.has(country) && grouped.test(value));
    });
  };
  return {
    category: 'phone',
    label: 'phone numbers of a national plan',
    weight: 0.92,
    chance: 0.05,
    fullShare: 0.7,
    mostTried: 120,
    fits(value, { digits, length, upper, lower, foreign, hasAt, hasColon }) {
      if (digits < 7 || digits > 15 || length > 28 || upper + lower > 3 || foreign > 0 || hasAt || hasColon) return 0;
      if (!written.test(value) || otherwise.test(value)) return 0;
      if (value.startsWith('+') || value.startsWith('00')) return isDialled(value.replace(/^00/, '+')) ? 1 : 0;
      const isBare = length === digits;
      return plansFor(value, isBare).some((country) => isDialled(value, country)) ? (isBare ? 0.4 : 0.85) : 0;
    },
    inText: { pattern: /(?<![\w.+])\+\d[\d ()./-]{6,18}\d(?!\d)/g, mark: '+' },
  };
}
