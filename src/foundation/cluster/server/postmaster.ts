import { spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../kernel/index.ts';
import { listenAddresses } from '../entrance/index.ts';
import { clusterErrors } from '../errors.ts';
import { evidenceIn } from '../model/start-failure.ts';
import type { Account, Binaries } from '../programs/index.ts';
import { identityOf, programEnvironment } from '../programs/index.ts';
import { isAlive } from '../supervisor/process-identity.ts';
import type { NodeFolder } from './node-folder.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { startFailure } from './start-failure.ts';

/** A running server. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Absent where it listens on TCP alone. */
  readonly socketDir?: string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
}

export interface PostmasterRequest {
  readonly folder: NodeFolder;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly port: number;
  /** Absent on systems without Unix sockets. */
  readonly socketDir?: string;
}

// A server in crash recovery reports its progress every ten seconds, so a silence this long is none.
const quietLimitMs = 60_000;
const logLimitBytes = 16 * 1024 * 1024;

/**
 * Starts a server and resolves when it accepts connections.
 *
 * It gets a process group of its own (Ctrl-C in a terminal must not reach it before we end our own work) and
 * writes to the log file itself, so that it outlives us without a broken pipe.
 *
 * @throws PLINTH_CLUSTER_* of a start
 */
export async function startPostmaster(clock: Clock, request: PostmasterRequest): Promise<Postmaster> {
  const { folder, binaries, account, port, socketDir } = request;
  const log = await openLog(folder);
  const offset = (await log.stat()).size;
  const child = spawn(join(binaries.bin, 'postgres'), serverArguments(request, await listenAddresses(folder)), {
    ...identityOf(account),
    cwd: '/',
    env: programEnvironment(),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let error: NodeJS.ErrnoException | undefined;
  let exitCode: number | null | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (cause) => {
      error = cause;
      resolve();
    });
    child.once('exit', (code) => {
      exitCode = code;
      resolve();
    });
  });
  await log.close();

  const written = async () => (await readFile(folder.logFile)).subarray(offset).toString();
  let [seenBytes, seenMs] = [0, clock.monotonicMs()];
  for (;;) {
    if (error || exitCode !== undefined) {
      const outcome = { exitCode: exitCode ?? null, output: await written(), ...(error ? { error } : {}) };
      throw await startFailure('postgres', outcome, { folder, account, port });
    }
    const file = await readPostmasterFile(folder);
    if (file?.pid === child.pid && file?.state === 'ready') {
      return { pid: file.pid, port, ended, ...(socketDir ? { socketDir } : {}) };
    }
    const { size } = await stat(folder.logFile);
    if (size !== seenBytes) [seenBytes, seenMs] = [size, clock.monotonicMs()];
    else if (clock.monotonicMs() - seenMs > quietLimitMs) {
      child.kill('SIGQUIT');
      await ended;
      const evidence = evidenceIn(await written());
      throw clusterErrors.START_STALLED({ evidence, quietMs: quietLimitMs, logFile: folder.logFile });
    }
    await clock.sleep(5);
  }
}

/** A server that another, dead supervisor started, seen as ours from now on. */
export function adoptPostmaster(
  clock: Clock,
  found: { readonly pid: number; readonly port: number; readonly socketDir: string },
): Postmaster {
  const { pid, port, socketDir } = found;
  // It is no child of ours, so nobody tells us about its end.
  const ended = (async () => {
    while (isAlive(pid)) await clock.sleep(200);
  })();
  return { pid, port, ended, ...(socketDir ? { socketDir } : {}) };
}

/**
 * Shuts a server down: sessions are ended, a checkpoint is written, nothing has to be recovered at the next
 * start. Resolves false when it is still alive after `waitMs`; nothing is killed.
 */
export async function stopPostmaster(clock: Clock, pid: number, waitMs: number): Promise<boolean> {
  if (isAlive(pid)) process.kill(pid, 'SIGINT');
  const deadline = clock.monotonicMs() + waitMs;
  while (isAlive(pid)) {
    if (clock.monotonicMs() > deadline) return false;
    await clock.sleep(5);
  }
  return true;
}

// What belongs to this start alone; everything lasting stands in the configuration file.
function serverArguments({ folder, port, socketDir }: PostmasterRequest, addresses: string): readonly string[] {
  const sockets = socketDir ? `"${socketDir.replaceAll('"', '""')}"` : '';
  const settings = {
    listen_addresses: addresses,
    port,
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    logging_collector: 'off',
  };
  return ['-D', folder.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

// One earlier log is kept. The file is ours, also when the server runs as another account: it only inherits the handle.
async function openLog(folder: NodeFolder) {
  const found = await stat(folder.logFile).catch(() => undefined);
  if (found && found.size > logLimitBytes) await rename(folder.logFile, `${folder.logFile}.1`);
  return open(folder.logFile, 'a', 0o600);
}
