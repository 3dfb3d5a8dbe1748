import { randomBytes, randomInt } from 'node:crypto';
import { cryptoErrors } from '../../errors.ts';

export type TokenKind = 'card' | 'email' | 'phone' | 'text';

const shownDigits = 4;

/** Whether the check digit of a card number fits. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits.at(-1 - index));
    sum += index % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  }
  return sum % 10 === 0;
}

/** The one form of a value under which its token is found again. @throws PLINTH_CRYPTO_NO_TOKEN_SHAPE */
export function checkedValue(kind: TokenKind, value: string): string {
  switch (kind) {
    case 'card': {
      const digits = value.replaceAll(/[ -]/g, '');
      if (/^\d{12,19}$/.test(digits) && passesLuhn(digits)) return digits;
      throw cryptoErrors.NO_TOKEN_SHAPE({ kind, wanted: 'that has 12 to 19 digits and a check digit that fits' });
    }
    case 'email':
      if (/^[^\s@]+@[^\s@]+$/.test(value.trim())) return value.trim();
      throw cryptoErrors.NO_TOKEN_SHAPE({ kind, wanted: 'that looks like name@example.org' });
    case 'phone':
      if (/^\+?[\d ()/.-]{5,}$/.test(value.trim())) return value.trim();
      throw cryptoErrors.NO_TOKEN_SHAPE({ kind, wanted: 'that has digits, and a + before the country' });
    case 'text':
      return value;
  }
}

const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('');

/**
 * A token that looks like its kind and can be none: a card number keeps length and last four digits and fails the check of card numbers;
 * addresses are in a domain, phone numbers in a country that do not exist.
 */
export function newToken(kind: TokenKind, value: string): string {
  switch (kind) {
    case 'card': {
      const token = digits(value.length - shownDigits) + value.slice(-shownDigits);
      // Any one digit changed breaks a check digit that fits.
      return passesLuhn(token) ? `${(Number(token[0]) + 1) % 10}${token.slice(1)}` : token;
    }
    case 'email':
      return `${randomBytes(12).toString('hex')}@token.invalid`;
    case 'phone':
      return `+999${digits(11)}`;
    case 'text':
      return `tok_${randomBytes(18).toString('base64url')}`;
  }
}
