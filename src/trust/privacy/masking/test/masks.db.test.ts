import { beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../../tests/support/index.ts';
import type { ColumnFacts } from '../../catalog/index.ts';
import type { Category } from '../../model/categories.ts';
import { maskedExpression } from '../model/expression.ts';
import type { Mask } from '../model/masks.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});

const categories: Readonly<Record<string, string>> = {
  bigint: 'N',
  integer: 'N',
  numeric: 'N',
  date: 'D',
  'timestamp with time zone': 'D',
  inet: 'I',
  uuid: 'U',
  bytea: 'U',
};
const column = (type: string, more: Partial<ColumnFacts> = {}): ColumnFacts => ({
  name: 'c',
  type,
  category: categories[type] ?? 'S',
  isNullable: true,
  isUnique: false,
  isGenerated: false,
  ...more,
});

/** What the mask shows of these values. */
async function shown(
  values: readonly unknown[],
  mask: Mask,
  category: Category | undefined,
  facts: ColumnFacts,
  seed = 'a',
): Promise<unknown[]> {
  const expression = maskedExpression(facts, mask, category, `decode(repeat('${seed === 'a' ? '0a' : '0b'}', 32), 'hex')`);
  const text = `select to_jsonb(${expression}) as value from unnest($1::text[]) with ordinality u (v, n) cross join lateral (select u.v::${facts.type} as c) t order by u.n`;
  return (await database.client.query(text, [values])).rows.map(({ value }) => value);
}

const cases: readonly [Mask, Category | undefined, string, readonly unknown[], readonly unknown[]][] = [
  ['partial', 'email', 'text', ['jane.doe@example.co.uk', 'a@b', 'no address'], ['j***@e***.uk', 'a***@b***', '***']],
  ['partial', 'payment-card', 'text', ['4111111111111111'], ['****1111']],
  ['partial', 'person-name', 'text', ['Mustermann', 'Max'], ['M***n', '***']],
  ['generalise', 'birth-date', 'date', ['1984-07-23'], ['1984-01-01']],
  ['generalise', 'demographic', 'integer', ['37', '0', '-54', '5'], [30, 0, -50, 5]],
  ['generalise', 'address', 'text', ['10115', 'x'], ['10***', '***']],
  ['generalise', 'ip-address', 'inet', ['192.0.2.77'], ['192.0.2.0/24']],
  ['null', 'credential', 'text', ['secret'], [null]],
  ['keep', 'business', 'text', ['Acme'], ['Acme']],
];
it.each(cases)('[I21] %s of %s (%s)', async (mask, category, type, values, expected) => {
  expect(await shown(values, mask, category, column(type))).toEqual(expected);
});

describe.each([
  ['hash', 'national-id', 'text', /^[0-9a-f]{32}$/],
  ['hash', undefined, 'uuid', /^[0-9a-f-]{36}$/],
  ['hash', undefined, 'bigint', /^\d+$/],
  ['fake', 'email', 'text', /^[a-z]+\.[a-z]+\.[0-9a-f]{16}@example\.org$/],
  ['fake', 'person-name', 'text', /^[A-Z][a-z]+ [A-Z][a-z]+$/],
  ['fake', 'phone', 'text', /^\+999\d{11}$/],
  ['fake', 'address', 'text', /^[A-Z][a-z]+ \d{1,3}$/],
  ['fake', 'ip-address', 'inet', /^10\.\d+\.\d+\.\d+$/],
] as const)('%s of %s (%s)', (mask, category, type, shape) => {
  const given =
    type === 'uuid'
      ? ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002']
      : type === 'bigint'
        ? ['1', '2']
        : type === 'inet'
          ? ['192.0.2.1', '192.0.2.2']
          : ['one@x.org', 'two@x.org'];
  it('[I21] has the shape of its kind, is the same for the same value and seed, and another for another', async () => {
    const facts = column(type);
    const [one, two, again] = await shown([...given, given[0]], mask, category, facts);
    expect(String(one)).toMatch(shape);
    expect(again).toEqual(one);
    expect(two).not.toEqual(one);
    expect(await shown([given[0]], mask, category, facts, 'b')).not.toEqual([one]);
    expect(await shown([null], mask, category, facts)).toEqual([null]);
  });
});

it('[I21] keeps values apart that a key holds, also those whose fakes repeat', async () => {
  const facts = column('text', { isUnique: true });
  for (const category of ['person-name', 'phone', 'address', 'email', 'account', 'business'] as const) {
    const values = Array.from({ length: 5_000 }, (_, n) => `value ${n}`);
    expect(new Set(await shown(values, 'fake', category, facts)).size).toBe(values.length);
  }
});

it('[I21] never shows the value where its type knows no such mask: null, something neutral, or a hash', async () => {
  expect(await shown(['1984-07-23'], 'partial', undefined, column('date'))).toEqual([null]);
  expect(await shown(['1984-07-23'], 'partial', undefined, column('date', { isNullable: false }))).toEqual(['1970-01-01']);
  expect(await shown(['someone'], 'null', undefined, column('text', { isNullable: false }))).toEqual([expect.stringMatching(/^erased-/)]);
  expect(maskedExpression(column('date', { isNullable: false, isUnique: true }), 'null', undefined, 'seed')).toBeUndefined();
});

it('[I21] fits what it shows into the length of the column', async () => {
  const [name, mail] = [column('character varying(6)'), column('character varying(20)')];
  expect(await shown(['Mustermann'], 'fake', 'person-name', name)).toEqual([expect.stringMatching(/^.{1,6}$/)]);
  expect(await shown(['jane@example.org'], 'fake', 'email', mail)).toEqual([expect.stringMatching(/^[0-9a-f]{20}$/)]);
});

it('[I21] changes numbers and dates a little, and the same ones alike', async () => {
  const [a, b] = (await shown(['50000', '50000'], 'noise', 'income', column('integer'))) as number[];
  expect(a).toBe(b);
  expect(a).toBeGreaterThanOrEqual(45_000);
  expect(a).toBeLessThanOrEqual(55_000);
  const [day] = (await shown(['2000-06-15'], 'noise', 'birth-date', column('date'))) as string[];
  expect(Math.abs(Date.parse(day ?? '') - Date.parse('2000-06-15'))).toBeLessThanOrEqual(30 * 86_400_000);
});
