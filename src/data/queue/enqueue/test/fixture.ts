import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Connect } from '../../../../foundation/connect/index.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import type { Queue } from '../../index.ts';

export interface QueueTest extends AsyncDisposable {
  readonly platform: TestPlatform;
  readonly queue: Queue;
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  /** As a superuser, in the database of the queue. */
  rows(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** A platform of the file's own, all tiers in one database unless they are to be apart. */
export async function openQueueTest(request: { readonly isApart?: boolean } = {}): Promise<QueueTest> {
  const platform = await testPlatform(request);
  const { client } = platform.databases.queue;
  return {
    platform,
    queue: platform.use<Queue>('queue'),
    connect: platform.use<Connect>('connect'),
    tenancy: platform.use<Tenancy>('tenancy'),
    rows: async (sql, values) => (await client.query(sql, values)).rows,
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}
