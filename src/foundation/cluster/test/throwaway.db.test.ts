import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import { clusterOptions } from '../index.ts';
import { withClient } from '../sql-client.ts';
import { openThrowaway } from '../throwaway.ts';
import { temporaryFolder } from './support/situation.ts';

test('[I9] a throwaway server waits for no disk, and leaves nothing behind', async () => {
  await using folder = await temporaryFolder();
  const deps = { clock: systemClock, log: silentLog, dataDir: folder.path };
  const server = await openThrowaway(deps, withDefaults(clusterOptions, { engine: 'embedded' }));
  const shown = await withClient(server.endpoint('olap'), (client) =>
    client.query({
      text: "select name, setting, sourcefile from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')",
    }),
  );
  expect((shown.rows as { name: string; setting: string }[]).map(({ name, setting }) => `${name} ${setting}`).sort()).toEqual([
    'fsync off',
    'full_page_writes off',
    'synchronous_commit off',
  ]);
  await server[Symbol.asyncDispose]();
  expect(await readdir(join(folder.path, 'throwaway'))).toEqual([]);
});
