import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What lies below a folder, as far as this machine shows it. */
export interface DiskView {
  readonly isEncrypted: boolean | undefined;
  readonly evidence: string;
}

const devices = '/sys/dev/block';

/**
 * Looks through the block devices below a data folder for one that encrypts (LUKS, dm-crypt). The folder counts only if the server that
 * was started then runs in it: a path of the same name on another machine proves nothing.
 */
export async function diskOf(dataDirectory: string, startedEpochS: number): Promise<DiskView> {
  const unknown = (evidence: string): DiskView => ({ isEncrypted: undefined, evidence });
  const postmaster = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (postmaster === undefined) return unknown('the server’s data folder is not on this machine, or cannot be read by this process');
  if (Math.abs(Number(postmaster.split('\n')[2]) - startedEpochS) > 1)
    return unknown(`another server runs in ${dataDirectory} of this machine`);
  const { dev } = await stat(dataDirectory);
  const top = join(devices, `${majorOf(dev)}:${minorOf(dev)}`);
  const found = await uuidsBelow(top);
  if (!found) return unknown('the file system shows no block device');
  const crypt = found.find((uuid) => uuid.startsWith('CRYPT-'));
  if (crypt)
    return { isEncrypted: true, evidence: `the device below the data folder is encrypted (${crypt.split('-').slice(0, 2).join('-')})` };
  return unknown(
    'no device below the data folder encrypts as far as Linux sees; a cloud volume or a self-encrypting disk does not show here',
  );
}

// As glibc packs them into st_dev.
const majorOf = (dev: number) => Math.floor(dev / 256) % 4096;
const minorOf = (dev: number) => (dev % 256) + Math.floor(dev / 1_048_576) * 256;

/** Identifiers that the device mapper gave to a device and those below it; undefined where there is no such device. */
async function uuidsBelow(device: string): Promise<readonly string[] | undefined> {
  const entries = await readdir(device).catch(() => undefined);
  if (!entries) return undefined;
  const own = entries.includes('dm') ? [(await readFile(join(device, 'dm/uuid'), 'utf8')).trim()] : [];
  const below = entries.includes('slaves') ? await readdir(join(device, 'slaves')) : [];
  const deeper = await Promise.all(below.map((name) => uuidsBelow(join(device, 'slaves', name))));
  return [...own, ...deeper.flatMap((list) => list ?? [])];
}
