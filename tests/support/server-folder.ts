import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for the data of a server, to be removed by whoever asked for it. Others may pass through it: as root the server
 * runs under another account, and where that one cannot pass, the cluster keeps the data outside, where nobody removes them.
 */
export async function serverFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  await chmod(folder, 0o755);
  return folder;
}
