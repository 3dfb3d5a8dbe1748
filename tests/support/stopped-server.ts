import { execFile } from 'node:child_process';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { silentLog, systemClock, withDefaults } from '../../src/kernel/index.ts';
import { serverFolder } from './server-folder.ts';
import { until } from './until.ts';

/** Where the stopped server of a run lies; `.made` is it, `.making` whoever makes it. */
const placeOf = (runId: string) => join(tmpdir(), `plinth-stopped-${runId}`);

/**
 * A folder for the data of a server of a test's own, with a new, stopped server in it: the first start of one costs a second, a copy a tenth. It
 * is made once per run by whoever asks first. To be removed by whoever asked for it.
 */
export async function stoppedServerFolder(prefix: string): Promise<string> {
  const place = placeOf(inject('runId'));
  const made = `${place}.made`;
  if (!(await isThere(made))) await makeOnce(place);
  const folder = await serverFolder(prefix);
  await promisify(execFile)('cp', ['-a', join(made, 'main'), folder]);
  return folder;
}

export async function removeStoppedServer(runId: string): Promise<void> {
  for (const end of ['made', 'making']) await rm(`${placeOf(runId)}.${end}`, { recursive: true, force: true });
}

async function makeOnce(place: string): Promise<void> {
  const isFirst = await mkdir(`${place}.making`, { mode: 0o755 }).then(
    () => true,
    () => false,
  );
  if (!isFirst) {
    await until(() => isThere(`${place}.made`), { what: 'the stopped server is made', timeoutMs: 100_000 });
    return;
  }
  const { openCluster } = await import('../../src/foundation/cluster/cluster.ts');
  const { clusterOptions } = await import('../../src/foundation/cluster/options.ts');
  const deps = { clock: systemClock, log: silentLog, dataDir: `${place}.making`, isThrowaway: true };
  const cluster = await openCluster(deps, withDefaults(clusterOptions, { engine: 'embedded', port: 0 }));
  await cluster[Symbol.asyncDispose]();
  await rename(`${place}.making`, `${place}.made`);
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
