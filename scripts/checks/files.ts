import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One finding of a check. `file` is relative to the repository. */
export interface Finding {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** A check of the repository at `root`; no finding means it holds. */
export type Check = (root: string) => Promise<readonly Finding[]>;

/** Files of the repository that exist, relative and with `/`: tracked or not yet, without the ignored ones. */
export function listFiles(root: string): string[] {
  if (!existsSync(join(root, '.git'))) {
    return globSync('**/*', { cwd: root, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  }
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)));
}

export const read = (root: string, file: string) => readFileSync(join(root, file), 'utf8');

/** Line (from 1) of an offset in characters. */
export const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length;
