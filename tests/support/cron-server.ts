import { appendFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCluster } from '../../src/foundation/cluster/cluster.ts';
import { clusterOptions } from '../../src/foundation/cluster/options.ts';
import { chooseAccount, findBundle, prepareBundle } from '../../src/foundation/cluster/programs/index.ts';
import { silentLog, systemClock, withDefaults } from '../../src/kernel/index.ts';
import { createRoles } from './roles.ts';
import { type TestServer, urlOf } from './server.ts';
import { stoppedServerFolder } from './stopped-server.ts';
import { withClient } from './template.ts';

/**
 * A server of the file's own that has pg_cron, in its database `queue`. `found` is what `.ci/pg-cron` made: the extension, and a C library
 * new enough for it, with which the bundled PostgreSQL is run.
 */
export async function openCronServer(found: string): Promise<TestServer> {
  await using cleanup = new AsyncDisposableStack();
  const dataDir = await stoppedServerFolder('plinth-cron-');
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  // The server's account may see neither our folder nor node_modules.
  const files = join(dataDir, 'pg_cron');
  await cp(found, files, { recursive: true, verbatimSymlinks: true });
  const { bin: native } = await prepareBundle(findBundle(), await chooseAccount(join(dataDir, 'main', 'data')));
  const libraries = join(files, 'usr/lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`);
  const loader = join(libraries, process.arch === 'arm64' ? 'ld-linux-aarch64.so.1' : 'ld-linux-x86-64.so.2');
  const bin = join(dataDir, 'bin');
  await mkdir(bin, { mode: 0o755 });
  for (const name of ['postgres', 'initdb']) {
    const run = `exec '${loader}' --library-path '${libraries}:${join(native, '../lib')}' '${join(native, name)}' "$@"`;
    await writeFile(join(bin, name), `#!/bin/sh\n${run}\n`, { mode: 0o755 });
  }
  await appendFile(
    join(dataDir, 'main', 'data', 'postgresql.conf'),
    [
      '',
      "shared_preload_libraries = 'pg_cron'",
      "cron.database_name = 'queue'",
      'cron.use_background_workers = on',
      `dynamic_library_path = '$libdir:${join(files, 'usr/lib/postgresql/18/lib')}'`,
      `extension_control_path = '$system:${join(files, 'usr/share/postgresql/18')}'`,
      '',
    ].join('\n'),
  );
  const deps = { clock: systemClock, log: silentLog, dataDir, isThrowaway: true };
  const cluster = cleanup.use(await openCluster(deps, withDefaults(clusterOptions, { engine: 'system', bin, port: 0 })));
  const url = urlOf({ ...cluster.endpoint('queue'), database: 'queue' });
  await withClient(url, async (client) => {
    await createRoles(client);
    await client.query('alter database queue owner to plinth_owner');
    await client.query('create extension pg_cron');
    await client.query('grant usage on schema cron to plinth_owner; grant delete on cron.job to plinth_owner');
    await client.query('grant pg_read_all_settings to plinth_owner');
  });
  const held = cleanup.move();
  return { url, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
