import { expect, inject, it } from 'vitest';
import { endpointOf, testDatabase } from '../../../../tests/support/index.ts';
import { probeServer } from '../probe/index.ts';
import { trySession } from '../probe/session-trial.ts';
import { openTransactionPooler } from './support/transaction-pooler.ts';

const server = endpointOf(inject('serverUrl'));

it('finds no pooler where the session is our own', async () => {
  expect(await trySession(server)).toBeUndefined();
});

it('finds a transaction pooler by trying, and still reads everything through it', async () => {
  await using pooler = await openTransactionPooler(server, 4);
  const probe = await probeServer({ ...server, host: '127.0.0.1', port: pooler.port });
  expect(probe.pooler).toContain('transaction mode');
  expect(probe.verdicts.find(({ capability }) => capability === 'session features')?.verdict).toBe('works with');
  expect(probe.versionNumber).toBeGreaterThanOrEqual(170_000);
});

it('tells what is installed in the very database that was asked', async () => {
  const { client, endpoint } = await testDatabase();
  const trigrams = async () => (await probeServer(endpoint)).extensions.find(({ name }) => name === 'pg_trgm');
  expect((await trigrams())?.installedVersion).toBeUndefined();
  await client.query('create extension pg_trgm');
  expect((await trigrams())?.installedVersion).toBe((await trigrams())?.availableVersion);
});
