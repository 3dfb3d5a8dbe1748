import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestPlatform, type TestPlatformRequest, testPlatform } from '../../../../tests/support/platform.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import { defineOptions, type Manifest, type Tier, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../../tenancy/index.ts';
import type { Audit, Classification, Level } from '../model/types.ts';

type Classified = Record<string, Record<string, { readonly level: Level; readonly compliance?: readonly string[] }>>;

export interface PartsFixture extends AsyncDisposable {
  readonly platform: TestPlatform;
  readonly audit: Audit;
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  /** By table and column; a test may change it before the table is first asked for. */
  readonly classified: Classified;
  /** Runs statements as the owner of objects. */
  owner(...statements: readonly string[]): Promise<void>;
  /** Events of the trail, oldest first, as the superuser sees them. */
  events(where: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}

/** A platform with a product that classifies what the test says. */
export async function partsFixture(request: Omit<TestPlatformRequest, 'product'> = {}): Promise<PartsFixture> {
  const classified: Classified = {};
  const classification: Classification = {
    async levelsOf(_: Tier, table: string) {
      return Object.fromEntries(Object.entries(classified[table] ?? {}).map(([column, { level }]) => [column, level]));
    },
    async complianceOf(_: Tier, table: string) {
      return Object.fromEntries(Object.entries(classified[table] ?? {}).map(([column, { compliance = [] }]) => [column, compliance]));
    },
  };
  const product: Manifest = {
    name: 'clinic',
    layer: 'product',
    requires: ['audit', 'tenancy'],
    tiers: [],
    options: defineOptions('clinic', Type.Object({})),
    open: async () => ({ async [Symbol.asyncDispose]() {} }),
    fills: { 'audit.Classification': () => classification },
  };
  const anchorDir = await mkdtemp(join(tmpdir(), 'plinth-anchors-'));
  const platform = await testPlatform({ ...request, product, options: { audit: { anchorDir } } });
  const connect = platform.use<Connect>('connect');
  return {
    platform,
    classified,
    connect,
    audit: platform.use<Audit>('audit'),
    tenancy: platform.use<Tenancy>('tenancy'),
    async owner(...statements) {
      await connect.transaction({ tier: 'oltp', as: 'owner', tag: 'test.owner' }, async (tx) => {
        for (const text of statements) await tx.query({ text });
      });
    },
    async events(where, values = []) {
      const { rows } = await platform.databases.oltp.client.query(`select * from audit.events e where ${where} order by created, id`, [
        ...values,
      ]);
      // The bare driver gives int8 as text.
      return rows.map((row) => ({ ...row, row_count: row.row_count === null ? null : Number(row.row_count) }));
    },
    async [Symbol.asyncDispose]() {
      await platform[Symbol.asyncDispose]();
      await rm(anchorDir, { recursive: true });
    },
  };
}
