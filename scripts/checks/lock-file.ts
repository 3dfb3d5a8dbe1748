import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, type Finding, read } from './files.ts';

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly integrity?: string; readonly link?: boolean; readonly inBundle?: boolean }>
  >;
}

/** The lock file works with every registry: no addresses in it, and what comes is what was locked. */
export const checkLockFile: Check = async (root) => {
  const file = 'package-lock.json';
  if (!existsSync(join(root, file))) return [{ file, message: 'missing; run npm install' }];
  const { packages } = JSON.parse(read(root, file)) as LockFile;
  return Object.entries(packages).flatMap(([path, entry]): Finding[] => {
    if (path === '' || entry.link) return [];
    if (entry.resolved) return [{ file, message: `${path} has "resolved"; run npm install with this repository's .npmrc` }];
    return entry.integrity || entry.inBundle ? [] : [{ file, message: `${path} has no "integrity"` }];
  });
};
