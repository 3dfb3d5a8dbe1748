import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTo, spawnScript, until } from '../../../../../tests/support/index.ts';
import { type OwnServer, openOwnServer, productStatements } from '../../test/own-server.ts';

let server: OwnServer;
beforeAll(async () => {
  server = await openOwnServer();
});
afterAll(() => server?.[Symbol.asyncDispose]());

test('[I8] apply killed between roles and grants is completed by the next', async () => {
  const access = await server.access({ environment: 'development' });
  await server.run(...productStatements);
  await using blocker = await connectTo(server.endpoint);
  // The roles of the server are committed; the grants in this database have to wait for another that is not.
  await blocker.query('begin; grant select on shop.prices to plinth_app');
  await using child = spawnScript(new URL('apply-child.ts', import.meta.url), {
    args: [JSON.stringify({ endpoint: server.endpoint, dataDir: server.dataDir })],
  });
  // Of its own: inside a transaction the activity of others stands still.
  await using watcher = await connectTo(server.endpoint);
  const blocked = await until(
    async () => {
      const { rows } = await watcher.query(
        "select pid from pg_stat_activity where application_name = 'plinth access' and wait_event_type = 'Lock'",
      );
      return rows.length > 0 ? rows : undefined;
    },
    { what: 'apply waits for the lock', timeoutMs: 20_000 },
  );
  expect(blocked).toHaveLength(1);
  await child.kill9();
  // The server notices a lost client late, and would finish what it was sent.
  await watcher.query('select pg_terminate_backend($1, 5000)', [blocked?.[0].pid]);
  await blocker.query('rollback');
  const left = (await access.plans.plan()).differences.filter(({ kind }) => kind === 'create' || kind === 'grant');
  expect(left.some(({ kind }) => kind === 'create')).toBe(false);
  expect(left.map(({ what }) => what)).toContainEqual(expect.stringContaining('plinth_readonly lacks'));
  await access.plans.apply();
  expect((await access.plans.plan()).differences.filter(({ statements }) => statements.length > 0)).toEqual([]);
});
