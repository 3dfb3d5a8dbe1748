import { constants, open, readFile, rename, rm, stat } from 'node:fs/promises';

/** Puts `content` in the place of a file with its owner and mode: whole or not at all, on the disk when resolved. */
export async function replaceFile(file: string, content: string): Promise<void> {
  const { uid, gid, mode } = await stat(file);
  const draft = `${file}.plinth-new`;
  await rm(draft, { force: true });
  // As root we write into a folder of the server's account: never through a link that it could have put there.
  const handle = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode & 0o777);
    if (process.getuid?.() === 0) await handle.chown(uid, gid);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

/** Replaces a file and gives what puts the old one back. */
export async function replaceForNow(file: string, content: string): Promise<() => Promise<void>> {
  const before = await readFile(file, 'utf8');
  await replaceFile(file, content);
  return () => replaceFile(file, before);
}
