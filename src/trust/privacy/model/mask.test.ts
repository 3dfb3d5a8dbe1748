import { expect, test } from 'vitest';
import { maskExample } from './mask.ts';

test.each([
  ['jane@example.com', 'j***@e***.com'],
  ['Jane Miller', 'J*** M***'],
  ['+49 30 23125 123', '+*** *** *** ***'],
  ['4242 4242 4242 4242', '*** *** *** ***'],
  ['AB12cd34', '***'],
  ['postgres://app:geheim@db.example/x', 'p***://a***:g***@d***.e***/x***'],
])('%s is shown as %s', (value, shown) => {
  expect(maskExample(value)).toBe(shown);
});
