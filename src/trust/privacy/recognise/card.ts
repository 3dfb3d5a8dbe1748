import { luhn } from './check-digits.ts';
import type { Recogniser } from './recogniser.ts';

/** First digits and lengths by network: `from`–`to` are compared with as many digits of the number. */
const ranges: readonly { readonly from: string; readonly to: string; readonly lengths: readonly number[] }[] = [
  { from: '4', to: '4', lengths: [13, 16, 19] },
  { from: '51', to: '55', lengths: [16] },
  { from: '2221', to: '2720', lengths: [16] },
  { from: '34', to: '34', lengths: [15] },
  { from: '37', to: '37', lengths: [15] },
  { from: '300', to: '305', lengths: [14] },
  { from: '36', to: '36', lengths: [14] },
  { from: '38', to: '39', lengths: [14] },
  { from: '6011', to: '6011', lengths: [16, 19] },
  { from: '644', to: '659', lengths: [16, 19] },
  { from: '3528', to: '3589', lengths: [16] },
  { from: '62', to: '62', lengths: [16, 17, 18, 19] },
  { from: '5018', to: '5038', lengths: [16] },
  { from: '6304', to: '6304', lengths: [16] },
  { from: '6759', to: '6763', lengths: [16] },
];
const written = /^\d{13,19}$|^\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}$|^\d{4}([ -])\d{6}\2\d{4,5}$/;

const isIssued = (digits: string) =>
  ranges.some(({ from, to, lengths }) => {
    const head = digits.slice(0, from.length);
    return head >= from && head <= to && lengths.includes(digits.length);
  });

export const card: Recogniser = {
  category: 'payment-card',
  label: 'card numbers with valid range and check digit',
  weight: 0.95,
  chance: 0.1,
  fullShare: 0.6,
  fits(value, { digits: count, length }) {
    if (count < 13 || count > 19 || length > 23 || !written.test(value)) return 0;
    const digits = value.replace(/[ -]/g, '');
    return isIssued(digits) && !/^(\d)\1+$/.test(digits) && luhn(digits) ? 1 : 0;
  },
  inText: { pattern: /(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d.]*\d)/g, leastDigits: 13 },
};
