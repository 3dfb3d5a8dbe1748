import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, type Finding, read } from './files.ts';

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  packages: Record<string, LockEntry>;
}

/** The lock file works with every registry and with `npm ci`: no addresses in it, nothing left out, and what comes is what was locked. */
export const checkLockFile: Check = async (root) => {
  const file = 'package-lock.json';
  if (!existsSync(join(root, file))) return [{ file, message: 'missing; run npm install' }];
  const lock = JSON.parse(read(root, file)) as LockFile;
  const entries = Object.entries(lock.packages).flatMap(([path, entry]): Finding[] => {
    if (path === '' || entry.link) return [];
    if (entry.resolved) return [{ file, message: `${path} has "resolved"; run npm install with this repository's .npmrc` }];
    const isForOthers = entry.optional && (entry.os ?? entry.cpu) !== undefined;
    return entry.integrity || entry.inBundle || isForOthers ? [] : [{ file, message: `${path} has no "integrity"` }];
  });
  return [...entries, ...missing(lock).map(({ name }) => ({ file, message: `${name} is named but not locked; run npm run lock` }))];
};

/** Enters what is missing and returns the names. Only optional packages with an exact version can be entered; others throw. */
export function completeLock(lock: LockFile): string[] {
  const absent = missing(lock);
  for (const { name, version, isDev } of absent) {
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) throw new Error(`${name}@${version} is not exact; it has to come from the registry`);
    const { cpu, libc, os } = platformOf(name);
    // In npm's own order, so that an install leaves the file as it is.
    const forWhom = { ...(cpu && { cpu }), ...(isDev && { dev: true }), ...(libc && { libc }) };
    lock.packages[`node_modules/${name}`] = { version, ...forWhom, optional: true, ...(os && { os }) };
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return absent.map(({ name }) => name);
}

function missing({ packages }: LockFile): { readonly name: string; readonly version: string; readonly isDev: boolean }[] {
  const absent = new Map<string, { name: string; version: string; isDev: boolean }>();
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isLocked(packages, path, name)) absent.set(name, { name, version, isDev: entry.dev ?? false });
    }
  }
  return [...absent.values()];
}

// As Node resolves: in the package's own node_modules, then in each folder above.
function isLocked(packages: LockFile['packages'], from: string, name: string): boolean {
  const folders =
    from === '' ? [] : from.split('/node_modules/').map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  return ['', ...folders.map((folder) => `${folder}/`)].some((folder) => packages[`${folder}node_modules/${name}`] !== undefined);
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64', 'loong64'];

// The platform stands in the name; without it npm would try to fetch the package on every machine.
function platformOf(name: string): Pick<LockEntry, 'cpu' | 'os' | 'libc'> {
  const words = name.replace('windows', 'win32').split(/[-/]/);
  const cpu = processors.filter((processor) => words.includes(processor));
  const os = systems.filter((system) => words.includes(system));
  return { ...(cpu.length > 0 && { cpu }), ...(os.length > 0 && { os }), ...(words.includes('musl') && { libc: ['musl'] }) };
}
