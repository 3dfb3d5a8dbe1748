import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkedValue, newToken, passesLuhn } from './shapes.ts';

const cardNumber = fc
  .tuple(fc.integer({ min: 12, max: 19 }), fc.stringMatching(/^\d{18}$/))
  .map(([length, digits]) => digits.slice(0, length - 1))
  .map((digits) => digits + [...'0123456789'].find((check) => passesLuhn(digits + check)));

test('the check digit of known numbers fits, and of those with one digit changed it does not', () => {
  for (const number of ['4111111111111111', '5500005555555559', '340000000000009', '6304000000000000']) {
    expect(passesLuhn(number)).toBe(true);
    for (let at = 0; at < number.length; at++) {
      expect(passesLuhn(`${number.slice(0, at)}${(Number(number[at]) + 1) % 10}${number.slice(at + 1)}`)).toBe(false);
    }
  }
});

test('[I9] the token of a card keeps its length and last four digits, and is no card', () => {
  fc.assert(
    fc.property(cardNumber, (number) => {
      const token = newToken('card', checkedValue('card', number));
      expect(token).toMatch(new RegExp(`^\\d{${number.length}}$`));
      expect(token.slice(-4)).toBe(number.slice(-4));
      expect(passesLuhn(token)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('[I9] addresses and phone numbers look like theirs and exist nowhere', () => {
  expect(newToken('email', 'a@b.example')).toMatch(/^[0-9a-f]{24}@token\.invalid$/);
  expect(newToken('phone', '+49 30 123456')).toMatch(/^\+999\d{11}$/);
  expect(newToken('text', 'anything')).toMatch(/^tok_[\w-]{24}$/);
});

test('[I9] what is none of its kind is refused without being shown', () => {
  for (const [kind, value] of [
    ['card', '4111111111111112'],
    ['card', '411'],
    ['email', 'jane'],
    ['phone', 'call me'],
  ] as const) {
    try {
      checkedValue(kind, value);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'PLINTH_CRYPTO_NO_TOKEN_SHAPE' });
      expect((error as Error).message).not.toContain(value);
    }
  }
});
