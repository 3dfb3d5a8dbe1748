import { rm } from 'node:fs/promises';
import { type Clock, type Log, messageOf } from '../../../kernel/index.ts';
import { clusterErrors } from '../errors.ts';
import { guardPostmaster } from './guard.ts';
import { launch, socketFolder } from './launch.ts';
import { type Postmaster, stopPostmaster } from './postmaster.ts';
import type { PreparedNode } from './prepare.ts';

/** A server that is started again when it dies, and stopped when disposed or when this process dies. */
export interface RunningServer extends AsyncDisposable {
  readonly postmaster: Postmaster;
  /** Stops it and starts it anew on the same port, for what it reads at its start alone; sessions are ended. @throws PLINTH_CLUSTER_* of a start */
  restart(): Promise<void>;
}

const stopWaitMs = 60_000;
const restartsPerMinute = 3;

/**
 * Launches the server and keeps it running. One that ends by itself is started again on the same port, at most
 * three times a minute; `onRestart` hears of the new one.
 *
 * Disposing is a fast shutdown that leaves no process.
 *
 * @throws PLINTH_CLUSTER_* of a start; PLINTH_CLUSTER_NOT_STOPPED when disposing
 */
export async function keepRunning(
  deps: { readonly clock: Clock; readonly log: Log },
  node: PreparedNode,
  wish: { readonly port: number; readonly onRestart: (postmaster: Postmaster) => Promise<void> },
): Promise<RunningServer> {
  const { clock, log } = deps;
  const { folder, account } = node;
  const socketDir = await socketFolder(folder, account);
  const removeSocketDir = async () => {
    if (socketDir && socketDir !== folder.sockets) await rm(socketDir, { recursive: true, force: true });
  };
  const launchGuarded = async (port: number) => {
    const postmaster = await launch(deps, node, { port, socketDir });
    return { postmaster, guard: guardPostmaster(postmaster.pid, folder, account) };
  };

  let running = await launchGuarded(wish.port).catch(async (error) => {
    await removeSocketDir();
    throw error;
  });
  let isStopping = false;
  let restarting: PromiseWithResolvers<void> | undefined;
  const ends: number[] = [];

  const watch = async (): Promise<void> => {
    while (!isStopping) {
      await running.postmaster.ended;
      if (isStopping) return;
      await running.guard.release();
      if (!restarting) {
        ends.push(clock.monotonicMs());
        const recent = ends.filter((at) => clock.monotonicMs() - at < 60_000).length;
        if (recent > restartsPerMinute) return log.error('PostgreSQL keeps ending by itself and is left down', { logFile: folder.logFile });
        log.error('PostgreSQL has ended by itself and is started again', { pid: running.postmaster.pid, logFile: folder.logFile });
      }
      running = await launchGuarded(running.postmaster.port);
      await wish.onRestart(running.postmaster);
      restarting?.resolve();
      restarting = undefined;
    }
  };
  const watching = watch().catch((error) => {
    log.error('PostgreSQL could not be started again', { error: messageOf(error) });
    restarting?.reject(error);
  });

  return {
    get postmaster() {
      return running.postmaster;
    },
    async restart() {
      restarting ??= Promise.withResolvers();
      const { promise } = restarting;
      await stop(clock, running.postmaster.pid);
      await promise;
    },
    async [Symbol.asyncDispose]() {
      if (isStopping) return;
      isStopping = true;
      // Twice, because a restart may be under way; the second one finds nothing to do otherwise.
      await stop(clock, running.postmaster.pid);
      await watching;
      await stop(clock, running.postmaster.pid);
      await running.guard.release();
      await removeSocketDir();
    },
  };
}

async function stop(clock: Clock, pid: number): Promise<void> {
  if (!(await stopPostmaster(clock, pid, stopWaitMs))) throw clusterErrors.NOT_STOPPED({ pid, waitedMs: stopWaitMs });
}
