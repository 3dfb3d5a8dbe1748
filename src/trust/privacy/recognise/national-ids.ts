import { isDay, luhn, mod11And10, mod97, verhoeff, weigh } from './check-digits.ts';
import type { Recogniser } from './recogniser.ts';

interface NationalId {
  readonly country: string;
  /** How it is written. */
  readonly form: RegExp;
  /** Share of values of this form that pass by accident. */
  readonly chance: number;
  /** Letters or signs leave no doubt; digits alone take more of them. */
  readonly weight: number;
  /** `id` without separators, in upper case. */
  check(id: string): boolean;
}

const letters23 = 'TRWAGMYFPDXBNJZSQVHLCKE';
const finnish = '0123456789ABCDEFHJKLMNPRSTUVWXY';
const italianOdd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
const dayOf = (id: string, year: number, month: number, day: number) =>
  isDay(2000 + Number(id.slice(year, year + 2)), Number(id.slice(month, month + 2)), Number(id.slice(day, day + 2)));
const remainder = (sum: number, modulus: number) => ((modulus - (sum % modulus)) % modulus) % 10;

/** 11 minus the remainder, as Brazil, Portugal and others do: ten and eleven become nought. */
const lastOf11 = (sum: number) => (sum % 11 < 2 ? 0 : 11 - (sum % 11));

function italianCheck(id: string): boolean {
  const value = (character: string) => (/\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65);
  const sum = Array.from(id.slice(0, 15)).reduce(
    (total, character, i) => total + (i % 2 ? value(character) : (italianOdd[value(character)] ?? 0)),
    0,
  );
  return String.fromCharCode(65 + (sum % 26)) === id[15];
}

/** Steps of 15 German digits: one of the first ten comes twice or three times, and not thrice in a row. */
function isGermanTax(id: string): boolean {
  const counts = new Map<string, number>();
  for (const digit of id.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  return repeated.length === 1 && (repeated[0] as number) <= 3 && !/(\d)\1\1/.test(id.slice(0, 10)) && mod11And10(id);
}

/** Identity and tax numbers of people, each with its own check. */
export const nationalIds: readonly NationalId[] = [
  {
    country: 'US',
    form: /^\d{3}-\d{2}-\d{4}$/,
    chance: 0.3,
    weight: 0.9,
    check: (id) => !/^(000|666|9)/.test(id) && !/^\d{3}00/.test(id) && !id.endsWith('0000') && id !== '078051120' && id !== '123456789',
  },
  {
    country: 'GB',
    form: /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/,
    chance: 0,
    weight: 0.92,
    check: (id) => !/^(BG|GB|KN|NK|NT|TN|ZZ)/.test(id),
  },
  {
    country: 'ES',
    form: /^[\dXYZ]\d{7}-?[A-Z]$/,
    chance: 0.05,
    weight: 0.92,
    check: (id) => letters23[Number(id.slice(0, 8).replace('X', '0').replace('Y', '1').replace('Z', '2')) % 23] === id[8],
  },
  { country: 'IT', form: /^[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]$/, chance: 0.04, weight: 0.95, check: italianCheck },
  {
    country: 'FI',
    form: /^\d{6}[-+A]\d{3}[0-9A-Y]$/,
    chance: 0.03,
    weight: 0.92,
    check: (id) => finnish[Number(id.slice(0, 6) + id.slice(-4, -1)) % 31] === id.at(-1),
  },
  {
    country: 'FR',
    form: /^[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}$/,
    chance: 0.01,
    weight: 0.92,
    check: (id) => 97 - mod97(id.slice(0, 13)) === Number(id.slice(13)),
  },
  { country: 'BR', form: /^\d{3}\.\d{3}\.\d{3}-\d{2}$|^\d{11}$/, chance: 0.01, weight: 0.85, check: isCpf },
  { country: 'CN', form: /^[1-6]\d{5}(?:19|20)\d{9}[\dX]$/, chance: 0.09, weight: 0.92, check: isChinese },
  { country: 'PL', form: /^\d{11}$/, chance: 0.05, weight: 0.75, check: isPesel },
  { country: 'BE', form: /^\d{2}\.?\d{2}\.?\d{2}-?\d{3}[.-]?\d{2}$/, chance: 0.02, weight: 0.8, check: isBelgian },
  {
    country: 'SE',
    form: /^(?:19|20)?\d{6}[-+]\d{4}$/,
    chance: 0.1,
    weight: 0.85,
    check: (id) => dayOf(id.slice(-10), 0, 2, 4) && luhn(id.slice(-10)),
  },
  {
    country: 'CH',
    form: /^756\.?\d{4}\.?\d{4}\.?\d{2}$/,
    chance: 0.1,
    weight: 0.85,
    check: (id) => remainder(weigh(id, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]), 10) === Number(id[12]),
  },
  { country: 'DE', form: /^[1-9]\d(?: ?\d{3}){3}$/, chance: 0.04, weight: 0.75, check: isGermanTax },
  {
    country: 'NO',
    form: /^\d{6} ?\d{5}$/,
    chance: 0.01,
    weight: 0.8,
    check: (id) =>
      dayOf(id, 4, 2, 0) && weigh(id, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 && weigh(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
  },
  { country: 'IN', form: /^[2-9]\d{3} ?\d{4} ?\d{4}$/, chance: 0.1, weight: 0.7, check: verhoeff },
  { country: 'CA', form: /^[1-79]\d{2}[ -]?\d{3}[ -]?\d{3}$/, chance: 0.1, weight: 0.6, check: luhn },
  {
    country: 'NL',
    form: /^\d{9}$/,
    chance: 0.09,
    weight: 0.6,
    check: (id) => id !== '000000000' && weigh(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
  },
  {
    country: 'PT',
    form: /^[1-3]\d{8}$/,
    chance: 0.1,
    weight: 0.6,
    check: (id) => lastOf11(weigh(id, [9, 8, 7, 6, 5, 4, 3, 2])) === Number(id[8]),
  },
  { country: 'GB', form: /^\d{3}[ -]?\d{3}[ -]?\d{4}$/, chance: 0.09, weight: 0.6, check: (id) => isNhs(id) },
];

function isCpf(id: string): boolean {
  if (/^(\d)\1+$/.test(id)) return false;
  const digit = (length: number) =>
    lastOf11(
      weigh(
        id,
        Array.from({ length }, (_, i) => length + 1 - i),
      ),
    );
  return digit(9) === Number(id[9]) && digit(10) === Number(id[10]);
}

function isChinese(id: string): boolean {
  if (!isDay(Number(id.slice(6, 10)), Number(id.slice(10, 12)), Number(id.slice(12, 14)))) return false;
  return '10X98765432'[weigh(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] === id[17];
}

// The century is added to the month: 1980s 01–12, 2000s 21–32, 1800s 81–92.
function isPesel(id: string): boolean {
  const month = Number(id.slice(2, 4)) % 20;
  const isDate = isDay(2000 + Number(id.slice(0, 2)), month, Number(id.slice(4, 6)));
  return isDate && remainder(weigh(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]), 10) === Number(id[10]);
}

function isBelgian(id: string): boolean {
  const [body, check] = [id.slice(0, 9), Number(id.slice(9))];
  return dayOf(id, 0, 2, 4) && (97 - (Number(body) % 97) === check || 97 - (Number(`2${body}`) % 97) === check);
}

function isNhs(id: string): boolean {
  const check = 11 - (weigh(id, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return check !== 10 && check % 11 === Number(id[9]) && !/^(\d)\1+$/.test(id);
}

/** One recogniser per number, so that the shares of different countries do not add up. */
export const nationalIdRecognisers: readonly Recogniser[] = nationalIds.map(({ country, form, chance, weight, check }) => ({
  category: 'national-id',
  label: `identity numbers of ${country} with valid check`,
  weight,
  chance,
  fullShare: 0.85,
  fits(value, { digits, length, lower }) {
    if (digits < 5 || length < 9 || length > 21 || lower > 0 || !form.test(value)) return 0;
    return check(value.replace(/[ .+-]/g, '')) ? 1 : 0;
  },
  ...(country === 'US' && { inText: { pattern: /(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/g, mark: '-', leastDigits: 9 } }),
}));
