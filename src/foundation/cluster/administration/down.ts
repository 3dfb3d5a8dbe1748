import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../kernel/index.ts';
import { clusterErrors } from '../errors.ts';
import { findPostmaster, nodeFolderIn, stopPostmaster } from '../server/index.ts';
import { isAlive, processStart, readSupervisor } from '../supervisor/index.ts';

const waitMs = 90_000;

/** What `down` found and stopped; pids are gone when it is returned. */
export interface Stopped {
  readonly supervisorPid?: number;
  readonly postmasterPid?: number;
}

/**
 * Stops the platform of a data folder: asks its process to end, which shuts the server down, and returns when both are
 * proven dead. A server without a supervisor is shut down directly. Nothing is killed.
 *
 * @throws PLINTH_CLUSTER_NOT_STOPPED, PLINTH_CLUSTER_SIGNAL_REFUSED
 */
export async function stopPlatform(deps: { readonly clock: Clock; readonly dataDir: string }, signal?: AbortSignal): Promise<Stopped> {
  const { clock, dataDir } = deps;
  const supervisor = await readSupervisor(dataDir);
  if (supervisor) {
    send(supervisor.pid, 'SIGTERM');
    const deadline = clock.monotonicMs() + waitMs;
    while (processStart(supervisor.pid) === supervisor.processStarted) {
      if (clock.monotonicMs() > deadline) throw clusterErrors.NOT_STOPPED({ pid: supervisor.pid, waitedMs: waitMs });
      await clock.sleep(20, signal);
    }
  }
  // The supervisor's own server has to be gone as well; its guard is at it when the supervisor was killed meanwhile.
  const folder = nodeFolderIn(dataDir);
  const orphan = await findPostmaster(folder);
  if (orphan) {
    send(orphan.pid, 'SIGINT');
    if (!(await stopPostmaster(clock, orphan.pid, waitMs))) throw clusterErrors.NOT_STOPPED({ pid: orphan.pid, waitedMs: waitMs });
  }
  if (!(await readSupervisor(dataDir))) await rm(join(dataDir, 'supervisor.json'), { force: true });
  const postmasterPid = orphan?.pid ?? supervisor?.server?.postmasterPid;
  return { ...(supervisor ? { supervisorPid: supervisor.pid } : {}), ...(postmasterPid ? { postmasterPid } : {}) };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') throw clusterErrors.SIGNAL_REFUSED({ pid });
    if (isAlive(pid)) throw error;
  }
}
