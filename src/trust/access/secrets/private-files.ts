import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { accessErrors } from '../errors.ts';

/** The content of a file that holds a secret; undefined where there is none. @throws PLINTH_ACCESS_SECRETS_EXPOSED when others can read it */
export async function readPrivate(file: string): Promise<string | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return undefined;
  if ((found.mode & 0o077) !== 0 && process.platform !== 'win32') {
    throw accessErrors.SECRETS_EXPOSED({ file, mode: (found.mode & 0o777).toString(8) });
  }
  return readFile(file, 'utf8');
}

/** Puts a file in its place whole, whatever stood there: a killed process leaves the old one or the new one. */
export async function writeWhole(file: string, content: string, mode = 0o600): Promise<void> {
  const draft = await draftOf(file, content, mode);
  await rename(draft, file);
}

/** The same where nothing may stand yet: of two that make it at once one wins, and the other's is forgotten. False for the latter. */
export async function writeOnce(file: string, content: string, mode = 0o600): Promise<boolean> {
  const draft = await draftOf(file, content, mode);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

async function draftOf(file: string, content: string, mode: number): Promise<string> {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, content, { mode: 0o600, flush: true });
  if (mode !== 0o600) await chmod(draft, mode);
  return draft;
}
