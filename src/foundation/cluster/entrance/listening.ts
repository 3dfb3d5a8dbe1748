import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { NodeFolder } from '../server/node-folder.ts';
import { readPostmasterFile } from '../server/postmaster-file.ts';

/** Only this machine. */
const unlessSaid = '127.0.0.1';

/** The addresses a server of ours is started with. */
export async function listenAddresses({ listenFile }: NodeFolder): Promise<string> {
  const said = await readFile(listenFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return said.trim() || unlessSaid;
}

/** Keeps the addresses for every later start. */
export async function keepListening(folder: NodeFolder, addresses: string): Promise<void> {
  if ((await listenAddresses(folder)) === addresses) return;
  if (addresses === unlessSaid) return rm(folder.listenFile, { force: true });
  const draft = `${folder.listenFile}.new`;
  await writeFile(draft, `${addresses}\n`);
  await rename(draft, folder.listenFile);
}

/** Whether the server that runs listens there; it tells the first of its addresses. */
export async function listensOn(folder: NodeFolder, addresses: string): Promise<boolean> {
  const running = await readPostmasterFile(folder);
  return running === undefined || running.listens === addresses.split(',')[0]?.trim();
}
