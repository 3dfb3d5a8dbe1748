import { chmod, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../../kernel/index.ts';
import { clusterErrors } from '../errors.ts';
import { configurationFor, renderConfiguration, type Setting, withoutDurability } from '../model/configuration.ts';
import { tlsFiles } from '../model/tls.ts';
import type { ClusterOptions } from '../options.ts';
import { type Account, type Binaries, chooseAccount, findBundle, findSystemBinaries, prepareBundle } from '../programs/index.ts';
import { initialise } from './initialise.ts';
import { describeMachine } from './machine.ts';
import { hasData, type NodeFolder, nodeFolderIn, openNodeFolder } from './node-folder.ts';

/** Everything a server needs before it can be started. */
export interface PreparedNode {
  readonly folder: NodeFolder;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
}

interface NodeRequest {
  readonly log: Log;
  readonly dataDir: string;
  readonly isThrowaway?: boolean;
}

/**
 * Chooses account and binaries, makes the data at the first start, refuses data of another version, and writes
 * our configuration file.
 *
 * @throws PLINTH_CLUSTER_* of a start
 */
export async function prepareNode({ dataDir, log, isThrowaway = false }: NodeRequest, options: ClusterOptions): Promise<PreparedNode> {
  const account = await chooseAccount(nodeFolderIn(dataDir).data);
  const binaries = await chooseBinaries(options, account);
  const folder = await openNodeFolder(dataDir, account);
  if (await hasData(folder)) await refuseOtherVersion(folder, binaries);
  else await initialise({ folder, binaries, account, log, isThrowaway });
  const settings = await configurationOf(folder, binaries, options);
  await makePlaceForTls(folder);
  await writeConfiguration(folder, isThrowaway ? [...settings, ...withoutDurability] : settings);
  return { folder, binaries, account };
}

/** What the model wants for this machine and these options. Writes nothing. */
export async function wantedConfiguration(folder: NodeFolder, options: ClusterOptions): Promise<readonly Setting[]> {
  return configurationOf(folder, await chooseBinaries(options, await chooseAccount(folder.data)), options);
}

/** Replaces our configuration file where it differs. The server's account reads it, hence 0644; it holds no secret. */
export async function writeConfiguration({ configurationFile }: NodeFolder, settings: readonly Setting[]): Promise<void> {
  const content = renderConfiguration(settings);
  if ((await readFile(configurationFile, 'utf8').catch(() => '')) === content) return;
  const draft = `${configurationFile}.new`;
  await writeFile(draft, content);
  await chmod(draft, 0o644);
  await rename(draft, configurationFile);
}

/** What plinth.conf includes is there from the beginning: the server would log its absence at each reload. */
async function makePlaceForTls({ tls }: NodeFolder): Promise<void> {
  if (await mkdir(tls, { recursive: true })) await chmod(tls, 0o755);
  const file = await open(join(tls, tlsFiles.settings), 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!file) return;
  await file.writeFile('# Nothing is encrypted yet.\n');
  // Whatever the umask left of it: the account of the server reads it.
  await file.chmod(0o644).finally(() => file.close());
}

async function configurationOf(folder: NodeFolder, binaries: Binaries, options: ClusterOptions): Promise<readonly Setting[]> {
  return configurationFor(await describeMachine(binaries, { workload: options.workload, disk: options.disk, folder: folder.root }));
}

async function chooseBinaries(options: ClusterOptions, account: Account | undefined): Promise<Binaries> {
  return options.engine === 'system' ? findSystemBinaries(options.bin) : prepareBundle(findBundle(), account);
}

async function refuseOtherVersion(folder: NodeFolder, binaries: Binaries): Promise<void> {
  const found = (await readFile(join(folder.data, 'PG_VERSION'), 'utf8')).trim();
  if (found !== String(binaries.major)) throw clusterErrors.VERSION_MISMATCH({ folder: folder.data, found, wanted: binaries.major });
}
