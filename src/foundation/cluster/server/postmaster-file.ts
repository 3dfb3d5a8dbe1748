import { readFile, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../programs/index.ts';
import { isAlive } from '../supervisor/process-identity.ts';
import type { NodeFolder } from './node-folder.ts';

/** What PostgreSQL writes into `postmaster.pid` of its data folder. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** Empty where it listens on no Unix socket. */
  readonly socketDir: string;
  /** The first address it listens on, `*` for all; empty where it listens on none. */
  readonly listens: string;
  readonly state: 'starting' | 'ready' | 'standby' | 'stopping' | 'unknown';
}

/** The content of `postmaster.pid`; undefined when there is none. */
export async function readPostmasterFile(folder: NodeFolder): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(folder.data, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const state = (['starting', 'ready', 'standby', 'stopping'] as const).find((known) => known === lines[7]) ?? 'unknown';
  return { pid: Number(lines[0]), port: Number(lines[3] ?? 0), socketDir: lines[4] ?? '', listens: lines[5] ?? '', state };
}

/**
 * The postmaster that runs on this folder, whoever started it; undefined when none does.
 *
 * A pid file left by a killed server may name a pid that another program has by now. PostgreSQL would refuse
 * to start for ever; a file whose process provably is no server of this folder is removed.
 */
export async function findPostmaster(folder: NodeFolder): Promise<PostmasterFile | undefined> {
  const found = await readPostmasterFile(folder);
  if (!found || !Number.isInteger(found.pid)) return undefined;
  if (!isAlive(found.pid)) return undefined;
  if (await worksIn(found.pid, folder.data)) return found;
  await rm(join(folder.data, 'postmaster.pid'), { force: true });
  return undefined;
}

// A postmaster's working directory is its data folder. Where the system does not tell it, its arguments do.
async function worksIn(pid: number, data: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (cwd === undefined) return isAlive(pid);
    const [one, other] = await Promise.all([cwd, data].map((path) => stat(path).catch(() => undefined)));
    return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
  }
  if (process.platform === 'win32') return true;
  const { output } = await runProgram('ps', ['-o', 'args=', '-p', String(pid)]);
  return output.includes(data);
}
