import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { rangeHash } from '../index.ts';

test('[I41] a hash is equal for equal rows in any order, and for nothing else', async () => {
  const { client } = await testDatabase();
  await client.query(`create table public.a (id int, t text, f float8, b bytea, d timestamptz, n numeric);
    insert into public.a select i, case when i % 3 = 0 then null when i % 3 = 1 then '' else 'x' || i end, i / 7.0, int4send(i), '2026-01-01 12:00+02', i from generate_series(1, 500) i;
    create table public.b as select n, d, b, f, t, id::bigint as id from public.a order by id desc`);
  const expressions = ['id', 't', 'f', 'b', 'd', 'n'];
  const hash = async (name: string, where?: string, values?: unknown[]) => {
    await client.query('begin');
    const found = await rangeHash(client, {
      table: { schema: 'public', name },
      expressions,
      ...(where && { where }),
      ...(values && { values }),
    });
    await client.query('rollback');
    return found;
  };
  const before = await hash('a');
  expect(before.rows).toBe(500);
  // Another session may write values differently; the hash does not.
  await client.query("set timezone = 'Asia/Tokyo'; set datestyle = 'German'; set extra_float_digits = -5; set bytea_output = 'escape'");
  expect(await hash('b')).toEqual(before);
  expect(await hash('b', 'id <= $1', [0])).toEqual({ rows: 0, hash: '0' });
  for (const change of [
    "t = '' where id = 3",
    't = null where id = 1',
    "d = d + '1 us' where id = 9",
    "b = '' where id = 5",
    'f = f * 1.0000000000000002 where id = 5',
  ]) {
    await client.query(`begin; update public.b set ${change}`);
    expect(await rangeHash(client, { table: { schema: 'public', name: 'b' }, expressions }), change).not.toEqual(before);
    await client.query('rollback');
  }
});
