import type { Category } from '../model/categories.ts';
import { isDayOrYear } from './dates.ts';
import { isOpaque } from './secrets.ts';
import type { Shape } from './shape.ts';

type Could = (value: string, shape: Shape) => boolean;

const hasDigits =
  (least: number, most = 40): Could =>
  (_, { digits, length }) =>
    digits >= least && length <= most;

/** Whether a value could be such data at all, in any country and spelling; what is not listed can look like anything. */
const could: Partial<Record<Category, Could>> = {
  credential: (_, { length, spaces }) => length >= 4 && spaces < 4,
  'payment-card': (value, { digits, length }) => digits >= 3 && length <= 40 && !/[a-z]{5}/i.test(value),
  'bank-account': hasDigits(4),
  'national-id': (value, { digits, length }) => digits >= 4 && length <= 30 && !/[a-z]{7}/i.test(value),
  passport: hasDigits(3, 30),
  phone: (_, { digits, length, upper, lower }) => digits >= 5 && digits <= 18 && length <= 40 && upper + lower <= 12,
  address: (_, { upper, lower, digits, foreign }) => upper + lower + foreign + digits >= 2,
  'birth-date': (value) => isDayOrYear(value) || /\d{4}/.test(value),
  email: (_, { hasAt }) => hasAt,
  'person-name': (_, { digits, upper, lower, foreign, spaces, hasAt, length }) =>
    digits === 0 && !hasAt && upper + lower + foreign >= 2 && spaces <= 6 && length <= 80,
  'ip-address': (_, { hasDot, hasColon, digits }) => (hasDot && digits >= 4) || hasColon,
  device: (_, { length }) => length >= 6,
};

/** Share of values that could be data of a category; undefined where everything could. Random characters could: it may be stored encrypted. */
export function plausibleShare(category: Category, values: readonly (readonly [string, Shape])[]): number | undefined {
  const isPossible = could[category];
  if (!isPossible || values.length === 0) return undefined;
  return values.filter(([value, shape]) => isPossible(value, shape) || isOpaque(value, shape)).length / values.length;
}
