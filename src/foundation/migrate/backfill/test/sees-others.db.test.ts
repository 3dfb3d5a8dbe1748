import pg from 'pg';
import { afterAll, expect, inject, test } from 'vitest';
import { connectTo, endpointOf, until } from '../../../../../tests/support/index.ts';
import { testPlatform } from '../../../../../tests/support/platform.ts';
import type { Connect } from '../../../connect/index.ts';
import { throttleLimits } from '../model/throttle.ts';
import { watchLoad } from '../watch-load.ts';

const platform = await testPlatform();
afterAll(() => platform[Symbol.asyncDispose]());
const { endpoint, client } = platform.databases.oltp;
const connect = platform.use<Connect>('connect');
const asOwner = { tier: 'oltp', as: 'owner', priority: 'maintenance', tag: 'test.load' } as const;
const calm = { ...throttleLimits(1_000), walBytesPerSecond: Number.POSITIVE_INFINITY };

test('[I59] the login of backfills sees the sessions of other roles at work', async () => {
  await using other = await connectTo(endpoint);
  const busy = other.query('select pg_sleep(20)').catch(() => {});
  const { processID: pid } = other as unknown as { processID: number };
  await until(async () => (await client.query("select from pg_stat_activity where pid = $1 and state = 'active'", [pid])).rowCount === 1);
  const look = watchLoad({ ...calm, activeSessions: 0 });
  expect(await connect.transaction(asOwner, (tx) => look(tx, 'pg_catalog.pg_class'))).toMatchObject({ cause: 'sessions' });
  await client.query('select pg_terminate_backend($1)', [pid]);
  await busy;
});

test('[I59] and how far standbys are behind', async () => {
  // A standby that has replayed nothing but the first byte, for a moment: it keeps others of this server waiting as well.
  const { host, port, user, password } = endpointOf(inject('serverUrl'));
  const standby = new pg.Client({ host, port, user, password, database: endpoint.database, replication: 'database' } as pg.ClientConfig);
  standby.on('error', () => {});
  await standby.connect();
  const { connection } = standby as unknown as {
    connection: { once(event: string, then: () => void): void; sendCopyFromChunk(chunk: Buffer): void };
  };
  const { lsn } = (await client.query('select pg_current_wal_lsn() as lsn')).rows[0];
  connection.once('replicationStart', () => {
    const status = Buffer.alloc(34);
    status.write('r');
    for (const place of [1, 9, 17]) status.writeBigInt64BE(1n, place);
    connection.sendCopyFromChunk(status);
  });
  standby.query(`START_REPLICATION PHYSICAL ${lsn}`).catch(() => {});
  const ended = new Promise((resolve) => standby.once('end', resolve));
  try {
    await until(async () => (await client.query('select from pg_stat_replication where replay_lsn is not null')).rowCount === 1);
    const look = watchLoad({ ...calm, activeSessions: 1_000, lockWaiters: 1_000 });
    expect(await connect.transaction(asOwner, (tx) => look(tx, 'pg_catalog.pg_class'))).toMatchObject({ cause: 'standby' });
  } finally {
    await client.query('select pg_terminate_backend($1)', [(standby as unknown as { processID: number }).processID]);
    await ended;
  }
});
