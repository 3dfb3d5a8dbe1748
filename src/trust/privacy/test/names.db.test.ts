import { afterAll, expect, test } from 'vitest';
import { testPlatform } from '../../../../tests/support/platform.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import { quoteIdentifier } from '../../../kernel/index.ts';
import { categories } from '../model/categories.ts';
import { judgeName, sufficient } from '../model/names/judge-name.ts';
import { wordsOf } from '../model/names/words.ts';
import type { ValueClass } from '../model/types.ts';
import { readTables } from '../scan/read-tables.ts';
import { labelledNames } from './corpus/names.ts';

const platform = await testPlatform();
afterAll(() => platform[Symbol.asyncDispose]());
const { client } = platform.databases.oltp;

const types: Readonly<Record<ValueClass, string>> = {
  text: 'text',
  number: 'bigint',
  date: 'date',
  time: 'timestamptz',
  boolean: 'boolean',
  uuid: 'uuid',
  bytes: 'bytea',
  json: 'jsonb',
  network: 'inet',
  hardware: 'macaddr',
  enum: 'corpus.kind',
  shape: 'point',
  other: 'interval',
};

test('[I3] the function in SQL and the scan say the same of every name of the corpus', async () => {
  const byTable = Map.groupBy(labelledNames, ({ table }) => table);
  await client.query("create schema corpus; create type corpus.kind as enum ('a')");
  for (const [table, names] of byTable) {
    const columns = new Map(names.map(({ column, holds }) => [column, types[holds]]));
    const list = [...columns].map(([column, type]) => `${quoteIdentifier(column)} ${type}`);
    await client.query(`create table corpus.${quoteIdentifier(table)} (${list.join(', ')})`);
  }
  const { rows } = await client.query("select * from privacy.auto_classify_data() where table_name like 'corpus.%'");
  const inSql = new Map(rows.map((row) => [`${row.table_name}.${row.column_name}`, [row.suggested_classification, row.reason]]));
  const tables = await readTables(platform.use<Connect>('connect'));
  const inCode = tables
    .filter(({ place }) => place.schema === 'corpus')
    .flatMap(({ place, columns }) =>
      columns.flatMap(({ name, holds }): [string, string[]][] => {
        const evidence = judgeName(place.table, name, holds);
        if (!evidence || evidence.category === 'none' || evidence.weight < sufficient) return [];
        const { level, label } = categories[evidence.category];
        return [[`corpus.${place.table}.${name}`, [level, `named "${evidence.phrase}": ${label}`]]];
      }),
    );
  expect(inCode.length).toBeGreaterThan(350);
  expect(inSql).toEqual(new Map(inCode));
});

test('[I3] both read names as the same words', async () => {
  const odd = [
    'userEMail2',
    'HTTPServerURL',
    'Straße_Nr',
    'prénomUsuel',
    'ADDRESSES',
    'boxes',
    'companies',
    'statusCodes',
    'sms',
    'ÑandúAños',
    'x',
    '42',
    '日本',
    'a__b--c',
    'IPv4Addresses',
    'ﬁle',
    'İd',
  ];
  const names = [...odd, ...labelledNames.flatMap(({ table, column }) => [table, column])];
  const { rows } = await client.query('select privacy.words(n) as words from unnest($1::text[]) with ordinality u (n, i) order by i', [
    names,
  ]);
  expect(rows.map(({ words }) => words)).toEqual(names.map(wordsOf));
});

test('suggestions leave out what somebody decided about', async () => {
  await client.query(
    `select privacy.classify('oltp', 'corpus.users', '{"email": "internal"}'); select privacy.classify('oltp', 'corpus.emails', '{"*": "internal"}')`,
  );
  const { rows } = await client.query(
    "select table_name, column_name from privacy.auto_classify_data() where table_name in ('corpus.users', 'corpus.emails')",
  );
  expect(rows.map(({ column_name }) => column_name)).not.toContain('email');
  expect(rows.filter(({ table_name }) => table_name === 'corpus.emails')).toEqual([]);
  expect(rows.length).toBeGreaterThan(20);
});
