import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '../../../../tests/support/index.ts';
import { uuidv7 } from '../../../kernel/index.ts';
import { byteaArray } from '../columns/index.ts';
import { type OpenCrypto, openOn, peopleTable } from './harness.ts';

export interface CryptoFixture extends OpenCrypto {
  readonly database: TestDatabase;
  /** Beside it the key file would be made. */
  readonly dataDir: string;
  /** Seals and inserts rows for a tenant; returns their ids. */
  insert(
    tenantId: string,
    rows: readonly { readonly email?: string | null; readonly phone?: string | null; readonly note?: string | null }[],
  ): Promise<string[]>;
}

/** Crypto on a database of the file's own, with the table shop.people. Dispose it in afterAll. */
export async function cryptoFixture(given: Partial<Parameters<typeof openOn>[1]> = {}): Promise<CryptoFixture> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'plinth-crypto-'));
  const dataDir = join(folder, 'data');
  const opened = await openOn(database.endpoint, { dataDir, isNew: true, ...given });
  await opened.owner(...peopleTable);
  return {
    ...opened,
    database,
    dataDir,
    async insert(tenantId, rows) {
      const people = await opened.crypto.table({ tenantId, table: 'shop.people' });
      const sealed = await people.encryptRows(rows.map((row) => ({ id: uuidv7(), email: null, phone: null, note: null, ...row })));
      const bytes = (column: string) =>
        byteaArray((sealed as readonly Record<string, unknown>[]).map((row) => row[column] as Buffer | null));
      const columns = ['email', 'email_index', 'phone', 'phone_index', 'note'];
      await opened.tenancy.run({ tenantId }, { tier: 'oltp', tag: 'test.insert' }, (tx) =>
        tx.query({
          text: `insert into shop.people (tenant_id, id, ${columns.join(', ')})
            select $1, * from unnest($2::uuid[], ${columns.map((_, index) => `$${index + 3}::bytea[]`).join(', ')})`,
          values: [tenantId, sealed.map(({ id }) => id), ...columns.map(bytes)],
        }),
      );
      return sealed.map(({ id }) => id as string);
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
