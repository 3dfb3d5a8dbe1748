import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, uuidv7 } from '../../../kernel/index.ts';
import { clusterErrors } from '../errors.ts';
import type { ClusterMode, Supervisor } from '../model/types.ts';
import { processStart } from './process-identity.ts';

/** The right to run the platform of a data folder, held until disposed or until the process ends. */
export interface SupervisorLock extends AsyncDisposable {
  /** Replaces what other processes read. */
  update(change: Partial<Pick<Supervisor, 'state' | 'server' | 'announced'>>): Promise<void>;
  readonly current: Supervisor;
}

const fileIn = (dataDir: string) => join(dataDir, 'supervisor.json');
const takeOverWaitMs = 60_000;

/** The process that runs the platform of this folder; undefined when there is none, or only what a dead one left. */
export async function readSupervisor(dataDir: string): Promise<Supervisor | undefined> {
  const found = await readLock(dataDir);
  return found && processStart(found.pid) === found.processStarted ? found : undefined;
}

/**
 * Takes the lock, or gives the running supervisor that holds it, waiting while that one is still starting.
 *
 * A lock of a dead process is taken over. Should two do so in the same moment, PostgreSQL's own lock still keeps a
 * second postmaster off the data.
 *
 * @throws PLINTH_CLUSTER_SUPERVISOR_STUCK
 */
export async function claimSupervisor(
  deps: { readonly clock: Clock; readonly dataDir: string },
  mode: ClusterMode,
): Promise<{ readonly lock: SupervisorLock } | { readonly running: Supervisor }> {
  const { clock, dataDir } = deps;
  const deadline = clock.monotonicMs() + takeOverWaitMs;
  for (;;) {
    const lock = await tryClaim(dataDir, mode, clock);
    if (lock) return { lock };
    const holder = await readSupervisor(dataDir);
    if (holder?.state === 'running') return { running: holder };
    if (!holder) await removeStale(dataDir);
    else if (clock.monotonicMs() > deadline) throw clusterErrors.SUPERVISOR_STUCK({ pid: holder.pid, waitedMs: takeOverWaitMs, dataDir });
    else await clock.sleep(20);
  }
}

async function tryClaim(dataDir: string, mode: ClusterMode, clock: Clock): Promise<SupervisorLock | undefined> {
  const pid = process.pid;
  let current: Supervisor = {
    pid,
    processStarted: processStart(pid) ?? '',
    state: 'starting',
    mode,
    started: clock.now().toISOString(),
    announced: {},
  };
  // link() fails where the name exists already, and the file is whole from its first moment.
  const draft = await writeDraft(dataDir, current);
  try {
    await link(draft, fileIn(dataDir));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  let isHeld = true;
  return {
    get current() {
      return current;
    },
    async update(change) {
      if (!isHeld) return;
      current = { ...current, ...change };
      await rename(await writeDraft(dataDir, current), fileIn(dataDir));
    },
    async [Symbol.asyncDispose]() {
      if (!isHeld) return;
      isHeld = false;
      await rm(fileIn(dataDir), { force: true });
    },
  };
}

async function writeDraft(dataDir: string, content: Supervisor): Promise<string> {
  const draft = `${fileIn(dataDir)}.${uuidv7()}`;
  await writeFile(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  return draft;
}

/** What the lock file says, whether or not its process lives. */
export async function readLock(dataDir: string): Promise<Supervisor | undefined> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Supervisor);
}

// Moved away before it is deleted: only one of several who saw it stale gets it.
async function removeStale(dataDir: string): Promise<void> {
  const aside = `${fileIn(dataDir)}.${uuidv7()}`;
  const isMoved = await rename(fileIn(dataDir), aside).then(
    () => true,
    () => false,
  );
  if (!isMoved) return;
  const moved = JSON.parse(await readFile(aside, 'utf8')) as Supervisor;
  // A fresh lock that came in between goes back to its owner, unless a third one has the place by now.
  if (processStart(moved.pid) === moved.processStarted) await link(aside, fileIn(dataDir)).catch(() => {});
  await rm(aside, { force: true });
}
