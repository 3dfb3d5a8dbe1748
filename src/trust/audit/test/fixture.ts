import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import type { Tenancy } from '../../tenancy/index.ts';
import type { Audit } from '../index.ts';

export interface Trail extends AsyncDisposable {
  readonly platform: TestPlatform;
  readonly audit: Audit;
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  readonly anchorDir: string;
  /** A superuser that acts as the owner of the platform's objects. */
  readonly client: pg.Client;
  /** Runs statements as that one, one after the other. */
  owner(...statements: readonly string[]): Promise<void>;
  rows(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** A platform with an empty schema `shop` and anchors of its own. */
export async function openTrail(): Promise<Trail> {
  const anchorDir = await mkdtemp(join(tmpdir(), 'plinth-anchors-'));
  const platform = await testPlatform({ options: { audit: { anchorDir } } });
  const { client } = platform.databases.oltp;
  await client.query('set role plinth_owner; create schema shop; grant usage on schema shop to plinth_app');
  return {
    platform,
    audit: platform.use<Audit>('audit'),
    connect: platform.use<Connect>('connect'),
    tenancy: platform.use<Tenancy>('tenancy'),
    anchorDir,
    client,
    async owner(...statements) {
      for (const text of statements) await client.query(text);
    },
    rows: async (sql, values) => (await client.query(sql, values)).rows,
    async [Symbol.asyncDispose]() {
      await platform[Symbol.asyncDispose]();
      await rm(anchorDir, { recursive: true, force: true });
    },
  };
}

/** What the trail says of changes, in order: action, keys and values. */
export async function changesOf(
  trail: Trail,
  table: string,
): Promise<{ action: string; keys: string[]; changes: unknown; rows: number }[]> {
  const found = await trail.rows(
    `select action, keys, changes, row_count::int as rows from audit.events where kind = 'change' and target_id = $1 order by id`,
    [table],
  );
  return found as { action: string; keys: string[]; changes: unknown; rows: number }[];
}

/** Tracks a table all of whose columns may stand in the trail in clear. */
export const trackOpenly = (table: string) => `select audit.track('${table}', classified => '{"*": {"level": "internal"}}')`;
