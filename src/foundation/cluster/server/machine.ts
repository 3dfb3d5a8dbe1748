import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { Machine, Workload } from '../model/configuration.ts';
import type { Binaries } from '../programs/index.ts';

/** Looks at this machine, within the limits of its container, for the configuration model. */
export async function describeMachine(
  binaries: Binaries,
  wishes: { readonly workload: Workload; readonly disk: 'auto' | 'solid' | 'spinning'; readonly folder: string },
): Promise<Machine> {
  const limit = process.constrainedMemory();
  return {
    cores: availableParallelism(),
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    disk: wishes.disk === 'auto' ? await diskUnder(wishes.folder) : wishes.disk,
    workload: wishes.workload,
    majorVersion: binaries.major,
    modules: (await readdir(binaries.modules).catch(() => [])).map((file) => file.replace(/\.(so|dylib|dll)$/, '')),
  };
}

// Linux says of each block device whether it rotates; a partition is a folder inside its disk's.
async function diskUnder(folder: string): Promise<'solid' | 'spinning'> {
  if (process.platform !== 'linux') return 'solid';
  const found = await stat(folder).catch(() => undefined);
  if (!found) return 'solid';
  const { dev } = found;
  const device = `/sys/dev/block/${(dev >> 8) & 0xfff}:${dev & 0xff}`;
  const real = await readlink(device).then(
    (target) => new URL(`${target}/`, 'file:///sys/dev/block/').pathname,
    () => undefined,
  );
  // Virtual disks claim to rotate whatever they lie on.
  if (!real || /virtio|\/xvd/.test(real)) return 'solid';
  for (const place of [real, `${real}../`]) {
    const rotational = await readFile(`${place}queue/rotational`, 'utf8').catch(() => undefined);
    if (rotational !== undefined) return rotational.trim() === '1' ? 'spinning' : 'solid';
  }
  return 'solid';
}
