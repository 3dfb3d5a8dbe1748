import { expect, test } from 'vitest';
import { type EndingDeps, type EndingRun, endInTransaction } from '../index.ts';

const run: EndingRun = {
  tenantId: '01a20172-428d-7000-a7a2-8e00bf30c372',
  jobId: '01a20172-429d-7000-a7a2-8e00bf30c372',
  attempt: 1,
  stand: () => Promise.reject(new Error('nobody asks')),
  told: () => ({ durationMs: 0, result: undefined, log: '[]' }),
};
const depsWhere = (keys: Readonly<Record<string, string>>, database?: string) =>
  ({
    connect: { databaseKey: (tier: string) => keys[tier] ?? '' },
    tenancy: { directory: { placeOf: () => database && { database } } },
    run: () => Promise.reject(new Error('no transaction is begun')),
  }) as unknown as EndingDeps;

test.each([
  ['a tier with a database of its own', depsWhere({ oltp: 'a', queue: 'b' }), /its database is not that of the queue.*job\.external/],
  ['a tenant that is placed elsewhere', depsWhere({ oltp: 'a', queue: 'a' }, 'acme_own'), /its tenant is placed in the database acme_own/],
])('[I107] where one commit cannot hold both, nothing is begun: %s', async (_, deps, message) => {
  const refused = endInTransaction(deps, run, 'oltp', async () => 1);
  await expect(refused).rejects.toMatchObject({ code: 'PLINTH_QUEUE_APART', message: expect.stringMatching(message) });
});
