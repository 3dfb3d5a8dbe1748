import { afterAll, expect, test } from 'vitest';
import { spawnScript, until } from '../../../../../tests/support/index.ts';
import { cryptoFixture } from '../../test/fixture.ts';
import { testKey, wakefulClock } from '../../test/harness.ts';

const fixture = await cryptoFixture({ clock: wakefulClock() });
afterAll(() => fixture[Symbol.asyncDispose]());
const { tenancy, insert, database, dataDir } = fixture;
const program = new URL('./run-rotation.ts', import.meta.url);

// The server takes a moment to notice that the lead of a killed process is gone.
const isFree = async () => {
  const leads =
    "select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";
  return (await database.client.query(leads)).rowCount === 0;
};

/** Kills a rotation when so many of its transactions have committed, then one that goes on with it, and so on; `check` looks after each. */
async function killAt(stops: readonly number[], given: object, check: () => Promise<void>): Promise<void> {
  for (const stopAt of stops) {
    const args = [JSON.stringify({ endpoint: database.endpoint, dataDir, key: testKey, ...given, stopAt })];
    await using child = spawnScript(program, { args });
    expect((await child.exit()).signal, child.output()).toBe('SIGKILL');
    await check();
    await until(isFree);
  }
}

test('[I7] killed between two keys and among the rows, each row opens all the while, and no new version is begun before the one at work is proven', async () => {
  const { id } = await tenancy.create({ slug: 'killed' });
  const texts = Array.from({ length: 1_500 }, (_, n) => `p${n}@example.org`);
  await insert(
    id,
    texts.map((email) => ({ email })),
  );
  const check = async () => {
    const opened = await fixture.another();
    const { rows } = await database.client.query('select * from shop.people where tenant_id = $1 order by id', [id]);
    expect((await (await opened.table({ tenantId: id, table: 'shop.people' })).decryptRows(rows)).map(({ email }) => email)).toEqual(texts);
    const atWork = (await opened.keys(id)).filter(({ state, emptied }) => state === 'retiring' && !emptied);
    expect(new Set(atWork.map(({ purpose }) => purpose)).size).toBe(atWork.length);
  };
  await killAt([1, 3], { tenantId: id }, check);
  expect(await fixture.crypto.rotate({ tenantId: id })).toMatchObject([
    { purpose: 'notes', isProven: true },
    { purpose: 'personal', isResumed: true, isProven: true, unreadable: [] },
  ]);
});

test('[I7] a change of the master key too', async () => {
  const tenants = await Promise.all(Array.from({ length: 3 }, (_, n) => tenancy.create({ slug: `wrapped-${n}` })));
  for (const { id } of tenants) await insert(id, [{ email: 'a@b.example' }]);
  const key = `${Buffer.alloc(32, 8).toString('base64')},${testKey}`;
  const check = async () => {
    const opened = await fixture.another({ key });
    for (const { id } of tenants) {
      const { rows } = await database.client.query('select * from shop.people where tenant_id = $1', [id]);
      expect(await (await opened.table({ tenantId: id, table: 'shop.people' })).decryptRows(rows)).toMatchObject([
        { email: 'a@b.example' },
      ]);
    }
  };
  await killAt([1], { isMasterKey: true, key }, check);
  // Everything is wrapped by the first key, and is known to be.
  const opened = await fixture.another({ key });
  await expect(opened.rotateMasterKey()).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_NO_OWN_MASTER_KEYS' });
});
