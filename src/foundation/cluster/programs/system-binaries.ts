import { readdir, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { clusterErrors } from '../errors.ts';
import type { Binaries } from './bundle.ts';
import { runProgram } from './program.ts';

/** The oldest PostgreSQL that a platform runs on. */
export const oldestMajor = 17;

const debianRoot = '/usr/lib/postgresql';

/**
 * The newest PostgreSQL ≥ 17 that is installed here: `bin` when given, else `pg_config` on the path, else Debian's folders.
 *
 * @throws PLINTH_CLUSTER_SYSTEM_SERVER_MISSING
 */
export async function findSystemBinaries(bin?: string): Promise<Binaries> {
  const folders = bin ? [bin] : [...(await configuredFolders()), ...(await debianFolders())];
  const found: { folder: string; major: number }[] = [];
  for (const folder of new Set(folders)) {
    const { output, exitCode } = await runProgram(join(folder, 'postgres'), ['--version']);
    const major = exitCode === 0 ? Number(/(\d+)/.exec(output)?.[1]) : Number.NaN;
    if (major && (await stat(join(folder, 'initdb')).catch(() => undefined))) found.push({ folder, major });
  }
  const best = found.filter(({ major }) => major >= oldestMajor).sort((a, b) => b.major - a.major)[0];
  if (best) return { bin: best.folder, modules: await modulesOf(best.folder), major: best.major };
  throw clusterErrors.SYSTEM_SERVER_MISSING({
    searched: folders.length ? folders : ['PATH', debianRoot],
    tooOld: found.map(({ folder, major }) => `${major} in ${folder}`),
  });
}

async function configuredFolders(): Promise<readonly string[]> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const { output, exitCode } = await runProgram(join(folder, 'pg_config'), ['--bindir']);
    if (exitCode === 0) return [output.trim()];
  }
  return [];
}

async function debianFolders(): Promise<readonly string[]> {
  const versions = await readdir(debianRoot).catch(() => []);
  return versions.map((version) => join(debianRoot, version, 'bin'));
}

async function modulesOf(bin: string): Promise<string> {
  const { output, exitCode } = await runProgram(join(bin, 'pg_config'), ['--pkglibdir']);
  return exitCode === 0 ? output.trim() : join(dirname(bin), 'lib', 'postgresql');
}
