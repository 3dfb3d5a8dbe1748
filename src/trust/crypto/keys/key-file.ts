import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cryptoErrors } from '../errors.ts';
import type { KeyText } from './local-key-source.ts';

/** Beside the data folder, not in it: whoever copies or deletes the data does not take the key along. */
export const defaultKeyFile = (dataDir: string): string => join(`${dataDir}.keys`, 'master.key');

const head = `# Master keys of Plinth. They open what is encrypted in the databases of the data folder beside this one; without them it is lost.
# The first key wraps, those behind it open what they wrapped. Keep a copy away from the backups of the databases.
`;

/** The text of a key file. @throws PLINTH_CRYPTO_KEY_FILE_EXPOSED; undefined when there is no such file */
export async function readKeyFile(file: string): Promise<string | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return undefined;
  // Windows has no such modes: there the folder of the user keeps others out.
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw cryptoErrors.KEY_FILE_EXPOSED({ file, mode: (found.mode & 0o777).toString(8) });
  }
  return readFile(file, 'utf8');
}

/**
 * The key file that Plinth keeps itself. It is made with the first data key; when it is gone although `countWrapped` counts data keys
 * that it wrapped, that is an error and never a new key.
 */
export function ownKeyFile(file: string, countWrapped: () => Promise<number>, onMade: (file: string) => void): KeyText {
  return {
    origin: `the file ${file}`,
    async read() {
      const text = await readKeyFile(file);
      if (text !== undefined) return text;
      const count = await countWrapped();
      if (count > 0) throw cryptoErrors.KEY_FILE_MISSING({ file, count });
      await make(file);
      onMade(file);
      return (await readKeyFile(file)) ?? '';
    },
    prepend: (key) => prepend(file, key),
  };
}

/** A key file that somebody else puts there, e.g. a mounted secret. */
export function givenKeyFile(file: string): KeyText {
  return {
    origin: `the file ${file}`,
    async read() {
      const text = await readKeyFile(file);
      if (text === undefined) throw cryptoErrors.KEY_FILE_NOT_FOUND({ file });
      return text;
    },
  };
}

const lineOf = (key: string) => `${key} # made ${new Date().toISOString()}\n`;

// Written whole under another name and then linked: a killed process leaves no half key, a second one no second key.
async function make(file: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Where the data folder is part of a project, its keys must not be.
  await writeFile(join(folder, '.gitignore'), '*\n');
  const draft = await writeDraft(file, head + lineOf(randomBytes(32).toString('base64')));
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(folder);
}

async function prepend(file: string, key: string): Promise<void> {
  const text = (await readKeyFile(file)) ?? head;
  const at = text.search(/^[^#\s]/m);
  const place = at < 0 ? text.length : at;
  await rename(await writeDraft(file, text.slice(0, place) + lineOf(key) + text.slice(place)), file);
  await syncFolder(dirname(file));
}

/** On disk before it is given its name: a key that wrapped something must not be lost with the power. */
async function writeDraft(file: string, text: string): Promise<string> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await using handle = await open(draft, 'wx', 0o600);
  await handle.writeFile(text);
  await handle.sync();
  return draft;
}

async function syncFolder(folder: string): Promise<void> {
  // Folders cannot be opened everywhere; there renaming is as durable as it gets.
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
