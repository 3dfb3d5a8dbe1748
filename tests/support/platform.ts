import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Clock, type Manifest, type RawOptions, silentLog, type Tier, tiers } from '../../src/kernel/index.ts';
import { configure, type Level, openPlatform, type Platform } from '../../src/platform/index.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { testPasswords } from './roles.ts';
import { templateDatabases } from './template.ts';

export interface TestPlatform extends Platform {
  /** The database of a tier; the same one for all unless four were asked for. */
  readonly databases: Readonly<Record<Tier, TestDatabase>>;
}

export interface TestPlatformRequest {
  readonly product?: Manifest;
  /** Default `migrated`: every capability, no HTTP and no services. */
  readonly level?: Level;
  /** `true`: a database per tier. Default: all tiers in one, which is faster. */
  readonly isApart?: boolean;
  readonly options?: RawOptions;
  readonly clock?: Clock;
}

/**
 * An open platform with its schema, in databases of the file's own: clones of templates that are migrated once per run.
 * Dispose it in the test or in `afterAll`.
 */
export async function testPlatform(request: TestPlatformRequest = {}): Promise<TestPlatform> {
  const groups: readonly (readonly Tier[])[] = request.isApart ? tiers.map((tier) => [tier]) : [tiers];
  const serverUrl = inject('serverUrl');
  const key = `${request.product?.name ?? 'none'}_${groups.length}`;
  const templates = await templateDatabases(serverUrl, { runId: inject('runId'), key, count: groups.length }, async (urls) => {
    const groupOf = (tier: Tier) => groups.findIndex((group) => group.includes(tier));
    await using _ = await openTestPlatform(request, (tier) => urls[groupOf(tier)] ?? '', 'migrated');
  });
  const databases = {} as Record<Tier, TestDatabase>;
  for (const [index, group] of groups.entries()) {
    const database = await testDatabase({ template: templates[index] ?? '' });
    for (const tier of group) databases[tier] = database;
  }
  const platform = await openTestPlatform(request, (tier) => databases[tier].url, request.level ?? 'migrated');
  return { ...platform, databases };
}

/** A platform on databases that are there, with the schema applied where it is missing. */
export function openTestPlatform(request: TestPlatformRequest, urlOf: (tier: Tier) => string, level: Level): Promise<Platform> {
  const urls = Object.fromEntries(tiers.map((tier) => [`${tier}Url`, urlOf(tier)]));
  const options: RawOptions = {
    ...request.options,
    platform: { onBoot: 'apply', ...request.options?.platform },
    cluster: { engine: 'attached', ...urls, ...request.options?.cluster },
    access: { ...testPasswords, ...request.options?.access },
    http: { port: 0, ...request.options?.http },
  };
  const config = { name: 'test', ...(request.product && { product: request.product }), options };
  const configuration = configure(config, { folder: join(tmpdir(), `plinth-test-${inject('runId')}`) });
  return openPlatform(configuration, { level, log: silentLog, ...(request.clock && { clock: request.clock }) });
}
