import fc from 'fast-check';
import validator from 'validator';
import { expect, test } from 'vitest';
import { card } from './card.ts';
import { luhn, mod11And10, mod97, verhoeff } from './check-digits.ts';
import { examinerOf } from './examine.ts';
import { iban } from './iban.ts';
import { nationalIdRecognisers } from './national-ids.ts';
import { ipAddress, macAddress } from './network.ts';
import { phoneOf } from './phone.ts';
import type { Recogniser } from './recogniser.ts';
import { jwt } from './secrets.ts';
import { shapeOf } from './shape.ts';

const fits = (recogniser: Recogniser, value: string) => recogniser.fits(value, shapeOf(value)) > 0;
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const phone = phoneOf(['US', 'GB', 'DE', 'FR', 'ES']);

test('[I2] check digits agree with those of another library', () => {
  fc.assert(fc.property(fc.integer({ min: 10, max: 19 }).chain(digits), (number) => luhn(number) === validator.isLuhnNumber(number)));
  fc.assert(fc.property(fc.stringMatching(/^[2-9]\d{11}$/), (number) => verhoeff(number) === validator.isIdentityCard(number, 'IN')));
  expect(mod97('3214282912345698765432161182')).toBe(1);
  expect(mod11And10('86095742719')).toBe(true);
  expect(mod11And10('86095742718')).toBe(false);
});

test('[I2] one changed digit of an account, card or identity number is noticed', () => {
  const accounts = ['DE89370400440532013000', 'GB82 WEST 1234 5698 7654 32', 'FR1420041010050500013M02606'];
  for (const account of accounts) {
    expect(fits(iban, account)).toBe(true);
    expect(
      fits(
        iban,
        account.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)),
      ),
    ).toBe(false);
  }
  expect(fits(card, '4242 4242 4242 4242')).toBe(true);
  expect(fits(card, '4242 4242 4242 4243')).toBe(false);
  // The check digit is right, but no network issues such numbers.
  expect(luhn('9000000000000001')).toBe(true);
  expect(fits(card, '9000000000000001')).toBe(false);
});

test.each([
  ['US', '536-22-1234', '000-22-1234'],
  ['US', '219-09-9999', '666-09-9999'],
  ['US', '219-09-9999', '900-09-9999'],
  ['GB', 'AB123456C', 'BG123456C'],
  ['ES', '12345678Z', '12345678A'],
  ['IT', 'RSSMRA85T10A562S', 'RSSMRA85T10A562T'],
  ['FI', '131052-308T', '131052-308U'],
  ['CH', '756.9217.0769.85', '756.9217.0769.84'],
  ['CA', '130 692 544', '130 692 545'],
])('identity numbers of %s: %s is one, %s is none', (country, right, wrong) => {
  const ours = nationalIdRecognisers.filter(({ label }) => label.includes(` ${country} `));
  expect(ours.some((recogniser) => fits(recogniser, right))).toBe(true);
  expect(ours.some((recogniser) => fits(recogniser, wrong))).toBe(false);
});

test.each([
  '1700000000',
  '20240131',
  '2024-01-31',
  '1.2.3.4',
  '4242424242424242',
  '12:30:45',
  '123-45-6789',
  '550e8400-e29b',
  '12345',
  '1,234,567.00',
])('%s is no phone number', (value) => {
  expect(fits(phone, value)).toBe(false);
});

test.each(['+1 202 555 0123', '+44 20 7946 0123', '(202) 555-0123', '020 7946 0123', '+49 (0)30 23125 123', '+33199001234'])(
  '%s is a phone number',
  (value) => {
    expect(fits(phone, value)).toBe(true);
  },
);

test('addresses of networks agree with another library, and versions are none to speak of', () => {
  fc.assert(fc.property(fc.ipV4(), (value) => fits(ipAddress, value) === validator.isIP(value)));
  fc.assert(fc.property(fc.ipV6(), (value) => value.length < 3 || fits(ipAddress, value)));
  expect(ipAddress.fits('2.4.1.0', shapeOf('2.4.1.0'))).toBeLessThan(0.5);
  expect(fits(macAddress, '00:00:5e:00:53:af')).toBe(true);
  expect(fits(macAddress, '00:00:5e:00:53-af')).toBe(false);
});

test('a token is one by its header, not by its three parts', () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  expect(fits(jwt, `${encode({ alg: 'none' })}.${encode({ sub: 1 })}.`)).toBe(true);
  expect(fits(jwt, `${encode({ version: 'one point two' })}.${encode({ sub: 1 })}.abc`)).toBe(false);
});

test('[I4] whatever a value holds, looking at it ends, and no example shows it', () => {
  const examine = examinerOf({ phoneCountries: ['US', 'DE'], thisYear: 2026 });
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ maxLength: 300 }), fc.emailAddress(), fc.ipV4(), fc.constant(null)), { maxLength: 40 }),
      (values) => {
        for (const { examples, strength, hits } of examine(values).evidence) {
          expect(strength).toBeGreaterThanOrEqual(0);
          expect(strength).toBeLessThanOrEqual(1);
          expect(hits).toBeGreaterThan(0);
          for (const example of examples) expect(values).not.toContain(example);
        }
      },
    ),
  );
});
