import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { uuidv7 } from '../../kernel/index.ts';
import { destroyData, nameOf } from './administration/index.ts';
import type { ClusterDeps, Server } from './model/types.ts';
import type { ClusterOptions } from './options.ts';
import { openOwn } from './own.ts';
import { readSupervisor } from './supervisor/index.ts';

const folderOf = (dataDir: string) => join(dataDir, 'throwaway');
// Between making its folder and taking its lock a server looks like a dead one.
const startingMs = 120_000;

/**
 * Starts an empty server of ours below the data folder that lives as long as it is held: for trying a change before it is
 * made. Disposing stops it and deletes its files; those of a killed process go when the next one is started. It
 * listens on a port of its own and does not survive a crash of the machine, which makes it fast.
 *
 * @throws PLINTH_CLUSTER_* as `openCluster` does
 */
export async function openThrowaway(deps: ClusterDeps, options: ClusterOptions): Promise<Server> {
  await sweep(deps);
  const own = { ...deps, dataDir: join(folderOf(deps.dataDir), uuidv7()), isThrowaway: true };
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => remove(own.dataDir));
  const engine = options.engine === 'system' ? 'system' : 'embedded';
  const server = cleanup.use(await openOwn(own, { ...options, engine, port: 0, workload: 'development' }));
  const held = cleanup.move();
  return { ...server, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function sweep({ dataDir, clock, log }: ClusterDeps): Promise<void> {
  const names = await readdir(folderOf(dataDir)).catch(() => []);
  for (const name of names) {
    const left = join(folderOf(dataDir), name);
    const made = await stat(left).catch(() => undefined);
    if (!made || clock.now().getTime() - made.birthtimeMs < startingMs || (await readSupervisor(left))) continue;
    await remove(left).catch((error) => log.warn('a throwaway server left its files', { folder: left, error }));
  }
}

// A start that failed early has made no server yet.
async function remove(dataDir: string): Promise<void> {
  if (await lstat(join(dataDir, 'main')).catch(() => undefined)) await destroyData(dataDir, nameOf(dataDir));
  else await rm(dataDir, { recursive: true, force: true });
}
