import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { MigrationSource } from '../../../kernel/index.ts';
import { userName } from '../run/index.ts';

const run = promisify(execFile);

/**
 * Who wrote files of products: the author of the newest change of each by git, by name and address. For what is not
 * committed, or not in git at all, it is who runs this. Files of packages have no author here: npm's lock file pins them.
 */
export async function authorsOf(paths: readonly string[], sources: readonly MigrationSource[]): Promise<readonly string[]> {
  const products = sources.filter(({ layout }) => layout === 'product').map(({ dir }) => dir);
  const own = paths.filter((path) => products.some((dir) => path.startsWith(dir)));
  const found = new Set<string>();
  for (const folder of new Set(own.map((path) => dirname(path)))) {
    const isChanged = (await git(folder, 'status', '--porcelain', '--', '.')) !== '';
    const author = isChanged ? undefined : await git(folder, 'log', '-1', '--format=%an%n%ae', '--', '.');
    for (const name of author ? author.split('\n') : await namesHere(folder)) found.add(name);
  }
  return [...found].sort();
}

/** Who runs this: the user of the system, and the name and address that git knows. */
export async function namesHere(folder: string): Promise<readonly string[]> {
  const names = [userName(), await git(folder, 'config', 'user.name'), await git(folder, 'config', 'user.email')];
  return [...new Set(names.filter((name): name is string => name !== undefined && name !== ''))];
}

/** Undefined where git or the repository is missing. */
async function git(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    return (await run('git', ['-C', folder, ...args], { timeout: 10_000 })).stdout.trim();
  } catch {
    return undefined;
  }
}
