import { expect, expectTypeOf, test } from 'vitest';
import { fits, fromText, type Schema, type Static, Type } from './schema.ts';

const choice = Type.Union([Type.Literal('a'), Type.Literal('b')]);

test('what is optional is not required, and the object stays JSON', () => {
  const schema = Type.Object({ name: Type.String(), age: Type.Optional(Type.Integer({ minimum: 0 })), choice });
  expect(JSON.parse(JSON.stringify(schema))).toEqual({
    type: 'object',
    properties: {
      name: { type: 'string' },
      age: { type: 'integer', minimum: 0 },
      choice: {
        anyOf: [
          { type: 'string', const: 'a' },
          { type: 'string', const: 'b' },
        ],
      },
    },
    required: ['name', 'choice'],
  });
  expectTypeOf<Static<typeof schema>>().branded.toEqualTypeOf<{ name: string; choice: 'a' | 'b'; age?: number }>();
});

test.each<[Schema, unknown, unknown]>([
  [Type.Integer(), '12', 12],
  [Type.Integer(), '1.5', 1.5],
  [Type.Integer(), '', ''],
  [Type.Integer(), 'x', 'x'],
  [Type.Number(), '-1e3', -1000],
  [Type.Boolean(), 'true', true],
  [Type.Boolean(), '0', false],
  [Type.Boolean(), true, true],
  [Type.Boolean(), 'yes', 'yes'],
  [Type.String(), '12', '12'],
  [Type.Array(Type.Integer()), ['1', '2'], [1, 2]],
  [Type.Array(Type.Integer()), '1', [1]],
  [Type.Union([Type.Integer(), Type.Literal('auto')]), '4', 4],
  [Type.Union([Type.Integer(), Type.Literal('auto')]), 'auto', 'auto'],
])('text becomes what the schema says, or stays: %j %j', (schema, text, value) => {
  expect(fromText(schema, text)).toEqual(value);
});

test.each<[Schema, unknown[], unknown[]]>([
  [Type.Integer({ minimum: 1, maximum: 3 }), [1, 3], [0, 4, 1.5, '1', Number.NaN]],
  [Type.Number({ minimum: 0 }), [0, 0.5], [-1, Number.POSITIVE_INFINITY, '1']],
  [Type.String({ minLength: 1, maxLength: 2 }), ['a', 'ab'], ['', 'abc', 1]],
  [Type.String({ pattern: '^[a-z]+$' }), ['abc'], ['aBc', '']],
  [Type.Number({ exclusiveMinimum: 0 }), [0.1], [0, -1]],
  [Type.String({ format: 'uuid' }), ['019a0000-0000-7000-8000-000000000000'], ['019a', '']],
  [Type.Boolean(), [true, false], ['true', 1]],
  [choice, ['a', 'b'], ['c', undefined]],
  [Type.Array(choice, { minItems: 1, maxItems: 2, uniqueItems: true }), [['a'], ['a', 'b']], [[], ['a', 'a'], ['c'], 'a']],
])('a value fits or it does not: %j', (schema, good, bad) => {
  for (const value of good) expect(fits(schema, value), String(value)).toBe(true);
  for (const value of bad) expect(fits(schema, value), String(value)).toBe(false);
});
