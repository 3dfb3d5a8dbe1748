import { afterAll, expect, test } from 'vitest';
import { spawnScript, until } from '../../../../../tests/support/index.ts';
import { cryptoFixture } from '../../test/fixture.ts';
import { testKey, wakefulClock } from '../../test/harness.ts';

let onSleep = async () => {};
const fixture = await cryptoFixture({ clock: wakefulClock(() => onSleep()) });
afterAll(() => fixture[Symbol.asyncDispose]());
const { crypto, tenancy, database, dataDir } = fixture;
const { sealing } = crypto;
await fixture.owner('alter table shop.people add column "E-Mail ""in clear""" text');
const column = { tier: 'oltp', table: 'shop.people', column: 'email', clear: 'E-Mail "in clear"' } as const;
const clear = '"E-Mail ""in clear"""';

const query = async (text: string, values: unknown[] = []) => (await database.client.query(text, values)).rows;
const insert = (tenantId: string, texts: readonly (string | null)[]) =>
  query(`insert into shop.people (tenant_id, ${clear}) select $1, t from unnest($2::text[]) t returning id`, [tenantId, texts]);

/** The texts of a tenant's rows, opened, beside what stands in clear; both in the order of the clear ones. */
async function sides(tenantId: string) {
  const rows = await query(`select *, ${clear} as clear from shop.people where tenant_id = $1 order by ${clear}`, [tenantId]);
  const people = await crypto.table({ tenantId, table: 'shop.people' });
  return { clear: rows.map((row) => row.clear), opened: (await people.decryptRows(rows)).map(({ email }) => email), people, rows };
}

test('[I13] killed at any step, sealing is finished by the next call: each row of each tenant once, null stays null', async () => {
  const [a, b] = [await tenancy.create({ slug: 'clear-a' }), await tenancy.create({ slug: 'clear-b' })];
  const texts = Array.from({ length: 1_500 }, (_, n) => `p${String(n).padStart(4, '0')}@example.org`);
  await insert(a.id, texts);
  await insert(b.id, ['ä@b.example', null]);
  const args = [JSON.stringify({ endpoint: database.endpoint, dataDir, key: testKey, column, stopAt: 4 })];
  await using child = spawnScript(new URL('./run-sealing.ts', import.meta.url), { args });
  expect((await child.exit()).signal, child.output()).toBe('SIGKILL');
  const [{ done }] = await query('select count(email)::int as done from shop.people');
  expect(done).toBeGreaterThan(0);
  expect(await sealing.countOpen(column)).toBe(1_501 - done);
  // The server takes a moment to notice that the lead of a killed process is gone.
  const ended = await until(() => sealing.seal(column));
  expect(ended).toBe(1_501 - done);
  expect(await sealing.compare(column)).toEqual({ equal: 1_501, open: 0, differing: [] });
  for (const { id } of [a, b]) {
    const found = await sides(id);
    expect(found.opened).toEqual(found.clear);
    expect(found.rows[0].email_index).toEqual(found.people.term('email', found.clear[0]));
  }
  expect(await sealing.seal(column)).toBe(0);
}, 30_000);

test('[I13] rows written in clear meanwhile are found, locked ones waited for', async () => {
  const { id } = await tenancy.create({ slug: 'late' });
  const [first] = await insert(id, ['locked@example.org', 'free@example.org']);
  await query('begin');
  await query('select from shop.people where id = $1 for update', [first?.id]);
  onSleep = async () => {
    onSleep = async () => {};
    await insert(id, ['late@example.org']);
    await query('commit');
  };
  expect(await sealing.seal(column)).toBe(3);
  expect((await sides(id)).opened).toEqual(['free@example.org', 'late@example.org', 'locked@example.org']);
});

test('[I13] a comparison names the rows of which the two sides differ, and counts what is open', async () => {
  const { id } = await tenancy.create({ slug: 'differing' });
  const [changed, damaged, misplaced, open] = await insert(id, ['a@x.org', 'b@x.org', 'c@x.org', 'd@x.org']);
  await sealing.seal(column);
  await query(`update shop.people set ${clear} = 'other@x.org' where id = $1`, [changed?.id]);
  await query('update shop.people set email = set_byte(email, 20, get_byte(email, 20) # 1) where id = $1', [damaged?.id]);
  await query('update shop.people set email_index = null where id = $1', [misplaced?.id]);
  await query('update shop.people set email = null where id = $1', [open?.id]);
  const found = await sealing.compare(column);
  expect(found.open).toBe(1);
  expect([...found.differing].sort()).toEqual([changed, damaged, misplaced].map((row) => `${id}: ${row?.id}`).sort());
});

test('[I13] a column that is not declared is refused by name', async () => {
  await expect(sealing.seal({ ...column, column: 'city' })).rejects.toMatchObject({
    code: 'PLINTH_CRYPTO_COLUMN_UNKNOWN',
    message: expect.stringContaining('shop.people.city'),
  });
});
