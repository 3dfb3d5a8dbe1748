import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnScript, type TestChild } from '../../../../../tests/support/index.ts';
import { silentLog, systemClock, withDefaults } from '../../../../kernel/index.ts';
import { type Cluster, type ClusterOptions, clusterOptions, type Endpoint, openCluster } from '../../index.ts';
import { withClient } from '../../sql-client.ts';

/** A folder that everybody may pass, removed afterwards. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'plinth-cluster-'));
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Opens a cluster of engine `embedded` on any free port, unless told otherwise. */
export function openIn(dataDir: string, options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  return openCluster(
    { clock: systemClock, log: silentLog, dataDir },
    withDefaults(clusterOptions, { engine: 'embedded', port: 0, ...options }),
  );
}

/** Opens it in a process of its own, which can be killed. */
export function holdOpen(
  dataDir: string,
  options: Partial<ClusterOptions> = {},
  as: { readonly account?: { readonly uid: number; readonly gid: number }; readonly through?: readonly string[] } = {},
): TestChild {
  const args = [dataDir, JSON.stringify({ engine: 'embedded', port: 0, ...options })];
  return spawnScript(new URL('./hold-open.ts', import.meta.url), { args, cwd: '/', ...as });
}

/** What a held cluster said when it was open. */
export async function opened(child: TestChild): Promise<Endpoint & { readonly isOwner: boolean }> {
  return JSON.parse(await child.line(/"message":"open"/, 60_000));
}

/** The first column of the first row. */
export function ask(endpoint: Endpoint, text: string): Promise<unknown> {
  return withClient(endpoint, async (client) => Object.values((await client.query({ text })).rows[0] ?? {})[0]);
}

/** A stopped cluster to be copied: its first start costs a second, a copy a tenth. Owners and modes are kept. */
export async function stoppedCluster(): Promise<{ copyTo(dataDir: string): Promise<void> } & AsyncDisposable> {
  const folder = await temporaryFolder();
  const dataDir = join(folder.path, 'template');
  await (await openIn(dataDir))[Symbol.asyncDispose]();
  const run = promisify(execFile);
  return { copyTo: async (to) => void (await run('cp', ['-a', dataDir, to])), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
