import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { spawnScript, testPasswords } from '../../../../../tests/support/index.ts';
import { conversionFixture, plainTable, rowsOf } from './fixture.ts';

const fixture = await conversionFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { client, conversions } = fixture;
const endpoint = { ...fixture.endpoint, user: 'plinth_migrator', password: testPasswords.migratorPassword };
const script = new URL('./run-conversion.ts', import.meta.url);
// Set it to 100 for a long night.
const randomKills = Number(process.env.PLINTH_TEST_RANDOM_KILLS ?? 3);

/** Nothing is left of a conversion that has ended: no schema, no trigger, no check, no index of its own. */
async function expectNoTrace(table: string) {
  const { rows } = await client.query(
    `select nspname::text as name from pg_namespace where nspname ~ '^partition_[0-9a-f]{12}_'
     union all select tgname from pg_trigger where tgrelid = $1::regclass and tgname like 'plinth%'
     union all select conname from pg_constraint where conrelid = $1::regclass and conname like 'plinth%'`,
    [table],
  );
  expect(rows).toEqual([]);
}

/** Whatever state it was left in, on to the end, or all the way back. */
async function settle(table: string, request: Parameters<typeof conversions.convert>[0], end: 'finish' | 'undo') {
  const open = (await conversions.list()).find((one) => one.table === table && one.state !== 'undone' && one.state !== 'finished');
  if (end === 'undo') return open && conversions.undo(table);
  if (!open && (await conversions.list()).some((one) => one.table === table && one.state === 'finished')) return;
  if (open?.state !== 'swapped') {
    await conversions.convert(request);
    await conversions.swap(table);
  }
  await conversions.finish(table);
}

let number = 0;
const kinds = { finish: 'p', undo: 'r' } as const;
for (const route of ['adopt', 'rebuild'] as const) {
  for (const [killAt, end] of [
    ['building', 'finish'],
    ['planned', 'undo'],
    ['prepared', 'finish'],
    ['prepared', 'undo'],
    ['copying|step swap', 'finish'],
    ['step swap', 'undo'],
    ['swapped in', 'finish'],
    ['swapped in', 'undo'],
    ['step finish', 'undo'],
  ] as const) {
    test(`[I12] ${route}: the process is killed at "${killAt}", then ${end}: every row is there, nothing is left`, async () => {
      const table = await plainTable(client, `killed_${++number}`, 50, 60);
      const before = await rowsOf(client, table);
      const request = { table, key: 'created', every: 'month', route } as const;
      await using child = spawnScript(script, {
        args: [JSON.stringify({ endpoint, request, steps: ['convert', 'swap', 'finish'], killAt })],
      });
      expect(await child.exit(), child.output()).toMatchObject({ signal: 'SIGKILL' });
      await client.query(`insert into ${table} (id, payload) values (1000, 'meanwhile')`);
      await settle(table, request, end);
      expect(await rowsOf(client, table)).toMatchObject([...before, { id: '1000' }]);
      expect((await client.query('select relkind from pg_class where oid = $1::regclass', [table])).rows[0].relkind).toBe(kinds[end]);
      await expectNoTrace(table);
    });
  }
}

test('[I12] the process is killed at random times of the way there and of the way back', { timeout: 30_000 * randomKills }, async () => {
  for (let n = 0; n < randomKills; n++) {
    const route = n % 2 === 0 ? 'rebuild' : 'adopt';
    const table = await plainTable(client, `random_${n}`, 50, 60);
    const before = await rowsOf(client, table);
    const request = { table, key: 'created', every: 'month', route } as const;
    await using child = spawnScript(script, {
      args: [JSON.stringify({ endpoint, request, steps: ['convert', 'swap', 'undo', 'convert', 'swap'] })],
    });
    await child.line(/step convert/);
    await delay(Math.random() * 2_000);
    await child.kill9();
    // Its statement ends with the socket; what holds the conversion is the session.
    await settleWhenFree(() => settle(table, request, n % 3 === 0 ? 'undo' : 'finish'));
    expect(await rowsOf(client, table)).toEqual(before);
    await expectNoTrace(table);
  }
});

test('[I12] the server process is terminated in the middle of the swap and of the copy: the call fails, the next one goes on', async () => {
  const table = await plainTable(client, 'terminated', 2_000, 60);
  const before = await rowsOf(client, table);
  const request = { table, key: 'created', every: 'month', route: 'rebuild' } as const;
  const terminate = () =>
    client.query(
      "reset role; select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like '%partition.conversion%'; set role plinth_owner",
    );
  for (const point of [/prepared/, /copying/]) {
    let done: Promise<unknown> = Promise.resolve();
    const onProgress = (line: string) => {
      if (point.test(line)) done = terminate();
    };
    await conversions.convert(request, { onProgress }).catch(() => {});
    await done;
  }
  await settleWhenFree(() => conversions.convert(request));
  await conversions.swap(table);
  await conversions.finish(table);
  expect(await rowsOf(client, table)).toEqual(before);
});

/** A killed client's session may live for a moment. */
async function settleWhenFree(work: () => Promise<unknown>) {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: string }).code !== 'PLINTH_PARTITION_CONVERSION_BUSY' || tries > 500) throw error;
      await delay(100);
    }
  }
}
