import { afterAll, expect, test } from 'vitest';
import { spawnScript, until } from '../../../../../tests/support/index.ts';
import { cryptoFixture } from '../../test/fixture.ts';
import { testKey } from '../../test/harness.ts';

const fixture = await cryptoFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { tenancy, insert, database, dataDir } = fixture;
const program = new URL('./run-rotation.ts', import.meta.url);

const leads =
  "select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";

/** Kills a rotation after every commit, one after the other, until one gets through; `check` looks after each. Gives what that one printed. */
async function killAtEveryStep(given: object, check: () => Promise<void>): Promise<{ readonly kills: number; readonly done: unknown }> {
  for (let stopAt = 1; ; stopAt++) {
    // The server takes a moment to notice that the lead of a killed process is gone.
    await until(async () => (await database.client.query(leads)).rowCount === 0);
    const args = [JSON.stringify({ endpoint: database.endpoint, dataDir, key: testKey, ...given, stopAt })];
    await using child = spawnScript(program, { args });
    const { code, signal } = await child.exit();
    await check();
    if (signal === 'SIGKILL') continue;
    expect(code, child.output()).toBe(0);
    return { kills: stopAt - 1, done: JSON.parse(/^done (.*)$/m.exec(child.output())?.[1] ?? '') };
  }
}

test('[I7] killed at every step, each row opens all the while, and no new version is begun before the one at work is proven', async () => {
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
  const { kills, done } = await killAtEveryStep({ tenantId: id }, check);
  expect(kills).toBeGreaterThan(4);
  expect(done).toMatchObject([
    { purpose: 'notes', isProven: true },
    { purpose: 'personal', isProven: true, unreadable: [] },
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
  const { kills, done } = await killAtEveryStep({ isMasterKey: true, key }, check);
  expect(kills).toBeGreaterThan(0);
  expect(done).toMatchObject([{ keysLeft: 0 }]);
});
