import { access, chmod, constants, copyFile, lstat, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Account, canReach } from './account.ts';
import type { Binaries, Bundle } from './bundle.ts';

/**
 * Makes the bundle usable by `account` (undefined: the present user).
 *
 * Package managers may block the install script that makes the library links, so they are made here: in
 * place when the folder is writable, else in a copy. A copy is also made when the account cannot read
 * `node_modules`, as under `/root`.
 */
export async function prepareBundle(bundle: Bundle, account: Account | undefined): Promise<Binaries> {
  const links = await readLinks(bundle.native);
  const isReachable = await canReach(join(bundle.native, 'bin'), account);
  if (isReachable) {
    const missing = await missingLinks(bundle.native, links);
    if (missing.length === 0) return binariesIn(bundle.native, bundle.major);
    if (await isWritable(join(bundle.native, 'lib'))) {
      await makeLinks(bundle.native, missing);
      return binariesIn(bundle.native, bundle.major);
    }
  }
  return binariesIn(await copyBundle(bundle, links), bundle.major);
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const binariesIn = (native: string, major: number): Binaries => ({
  bin: join(native, 'bin'),
  modules: join(native, 'lib', 'postgresql'),
  major,
});

async function readLinks(native: string): Promise<readonly Link[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const strip = (path: string) => path.replace(/^native\//, '');
  return (JSON.parse(text) as Link[]).map(({ source, target }) => ({ source: strip(source), target: strip(target) }));
}

async function missingLinks(native: string, links: readonly Link[]): Promise<readonly Link[]> {
  const present = await Promise.all(links.map(({ target }) => lstat(join(native, target)).then(Boolean, () => false)));
  return links.filter((_, index) => !present[index]);
}

async function makeLinks(native: string, links: readonly Link[]): Promise<void> {
  for (const { source, target } of links) {
    await symlink(basename(source), join(native, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

const isWritable = (path: string) =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

// The copy appears by one rename, so that a process beside us never sees half of it.
async function copyBundle(bundle: Bundle, links: readonly Link[]): Promise<string> {
  const cache = await cacheFolder();
  const target = join(cache, bundle.key);
  if (await isOwnFolder(target)) return target;
  const partial = `${target}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  try {
    await copyReadable(bundle.native, partial);
    await makeLinks(partial, await missingLinks(partial, links));
    await rename(partial, target).catch(async (error) => {
      if (!(await isOwnFolder(target))) throw error;
    });
    return target;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

// A cache in a folder that others can write could be filled by them with programs that we then run.
async function cacheFolder(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const home = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const candidates = uid === 0 && process.platform !== 'win32' ? ['/var/cache/plinth'] : [join(home, 'plinth')];
  for (const folder of [...candidates, join(tmpdir(), `plinth-cache-${uid}`)]) {
    const isMade = await mkdir(folder, { recursive: true, mode: 0o755 }).then(
      () => true,
      () => false,
    );
    if (isMade && (await isOwnFolder(folder)) && (await isWritable(folder))) return folder;
  }
  throw new Error(`no folder for a copy of the PostgreSQL binaries: tried ${candidates.join(', ')} and ${tmpdir()}`);
}

async function isOwnFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory()) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
}

// Everything needed to run, readable by all whatever the umask of the install was. Static archives and build files stay behind.
async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  await Promise.all(
    (await readdir(from, { withFileTypes: true })).map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.name.endsWith('.a') || entry.name === 'pgxs' || entry.name === 'pkgconfig') return;
      if (entry.isDirectory()) return copyReadable(source, target);
      if (entry.isSymbolicLink()) return symlink(await readlink(source), target);
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, (await stat(source)).mode & 0o111 || basename(dirname(source)) === 'bin' ? 0o755 : 0o644);
    }),
  );
}
