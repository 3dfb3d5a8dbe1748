import { constants, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { uuidv7 } from '../../../kernel/index.ts';
import type { NodeFolder } from '../server/node-folder.ts';

/** What should stand in a file of the server, from what stands there. */
export interface Wanted {
  readonly path: string;
  readonly mode: number;
  content(before: string): string;
}

/** A file of the server, with what stood in it before; undefined where there was none. */
export interface Change {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
  readonly mode: number;
}

/** The files that differ from what is wanted. */
export async function compareFiles(wanted: readonly Wanted[]): Promise<readonly Change[]> {
  const changes = await Promise.all(
    wanted.map(async ({ path, mode, content }) => {
      const before = await contentOf(path);
      return { path, mode, before, after: content(before ?? '') };
    }),
  );
  return changes.filter(({ before, after }) => before !== after);
}

/** Makes one change: the file is the old one or the new one, whole. */
export const makeChange = (folder: NodeFolder, change: Change) => put(folder, change, change.after);

/** Puts back what stood there, the latest change first. */
export async function undoChanges(folder: NodeFolder, changes: readonly Change[]): Promise<void> {
  for (const change of changes.toReversed()) await put(folder, change, change.before);
}

// As root we read and write in a folder of the account: never through a link that it could have put there.
async function contentOf(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return file?.readFile('utf8').finally(() => file.close());
}

/** Written beside our own files, given to the server's account, and moved to its place whole. */
async function put(folder: NodeFolder, { path, mode }: Change, content: string | undefined): Promise<void> {
  if (content === undefined) return rm(path, { force: true });
  const draft = join(folder.tls, `${uuidv7()}.draft`);
  const { uid, gid } = await stat(folder.data);
  // Through its handle: the name may be another file by then, where the folder belongs to the account.
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.chmod(mode);
    if (process.getuid?.() === 0) await file.chown(uid, gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
