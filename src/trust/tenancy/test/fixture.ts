import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '../../../../tests/support/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import { type OpenAtOptions, openTenancyAt, type TenancyAt } from './open-at.ts';

export interface TenancyFixture extends TenancyAt {
  /** oltp has one of its own; the other tiers share one. */
  readonly databases: Readonly<Record<Tier, TestDatabase>>;
  /** Gone afterwards. */
  readonly dataDir: string;
  /** Runs statements as the owner of objects, in a migration's surroundings. */
  owner(tier: Tier, ...statements: readonly string[]): Promise<void>;
}

/** Tenancy on two databases of the file's own, without the capabilities above it. */
export async function tenancyFixture(options: OpenAtOptions = {}): Promise<TenancyFixture> {
  const [oltp, rest] = [await testDatabase(), await testDatabase()];
  const databases = { oltp, content: rest, queue: rest, olap: rest };
  const dataDir = await mkdtemp(join(tmpdir(), 'plinth-tenancy-'));
  const opened = await openTenancyAt((tier) => databases[tier].endpoint, dataDir, options);
  return {
    ...opened,
    databases,
    dataDir,
    async owner(tier, ...statements) {
      await opened.connect.transaction({ tier, as: 'owner', tag: 'test.owner' }, async (tx) => {
        await tx.query({ text: 'set local search_path = pg_catalog' });
        for (const text of statements) await tx.query({ text });
      });
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
}
