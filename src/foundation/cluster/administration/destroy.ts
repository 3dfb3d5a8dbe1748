import { lstat, readdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { clusterErrors } from '../errors.ts';
import { findPostmaster, nodeFolderIn } from '../server/index.ts';
import { readSupervisor } from '../supervisor/index.ts';

// Whoever points --data at a project or a home must not lose it.
const foreign = ['.git', 'package.json', 'node_modules', '.ssh', '.profile', 'etc'];

/** The name that has to be repeated: of the project for `<project>/.plinth`, else of the folder itself. */
export function nameOf(dataDir: string): string {
  return basename(dataDir).startsWith('.') ? basename(dirname(dataDir)) : basename(dataDir);
}

/**
 * Deletes the data folder with everything in it, for ever. Refused while anything runs on it, without its name, and for
 * a folder that holds more than our data.
 *
 * @throws PLINTH_CLUSTER_NO_DATA, NOT_A_DATA_DIR, STILL_RUNNING, NOT_CONFIRMED
 */
export async function destroyData(dataDir: string, confirmed: string | undefined): Promise<void> {
  const folder = nodeFolderIn(dataDir);
  if (!(await lstat(folder.root).catch(() => undefined))) throw clusterErrors.NO_DATA({ dataDir });
  const found = (await readdir(dataDir)).find((name) => foreign.includes(name));
  if (found) throw clusterErrors.NOT_A_DATA_DIR({ dataDir, found });
  const pid = (await readSupervisor(dataDir))?.pid ?? (await findPostmaster(folder))?.pid;
  if (pid !== undefined) throw clusterErrors.STILL_RUNNING({ dataDir, pid });
  const name = nameOf(dataDir);
  if (confirmed !== name) throw clusterErrors.NOT_CONFIRMED({ dataDir, name, sizeBytes: await sizeOf(folder.root) });
  await rm(await realpath(folder.root), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

async function sizeOf(root: string): Promise<number> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => lstat(join(entry.parentPath, entry.name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
