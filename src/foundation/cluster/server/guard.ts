import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Account, identityOf, programEnvironment } from '../programs/index.ts';
import type { NodeFolder } from './node-folder.ts';

// Reads until the supervisor lets go of the pipe. A word means "all is well"; the end of the pipe without one means it
// died: fast shutdown, and an immediate one after 30 s. The pid file says whether the pid is still that of our server.
const script = `
read -r word && exit 0
is_ours() { [ "$(head -n 1 "$2" 2>/dev/null)" = "$1" ]; }
is_ours "$1" "$2" && kill -INT "$1" 2>/dev/null || exit 0
waited=0
while [ "$waited" -lt 300 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; waited=$((waited + 1)); done
is_ours "$1" "$2" && kill -QUIT "$1" 2>/dev/null
exit 0
`;

/** Stops the server when this process dies without disposing it. */
export interface Guard {
  /** Ends the watch without touching the server; resolves when no process of it is left. */
  release(): Promise<void>;
}

/**
 * Starts a small shell that holds the other end of a pipe to this process: when we die, however that happens,
 * it sees the end of the pipe and shuts the server down. Not on Windows: there the next start adopts the server.
 */
export function guardPostmaster(pid: number, folder: NodeFolder, account: Account | undefined): Guard {
  if (process.platform === 'win32') return { release: async () => {} };
  const shell = spawn('/bin/sh', ['-c', script, 'plinth-guard', String(pid), join(folder.data, 'postmaster.pid')], {
    ...identityOf(account),
    cwd: '/',
    env: programEnvironment(),
    // A group of its own, so that Ctrl-C in a terminal reaches us and not the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    shell.once('close', () => resolve());
    shell.once('error', () => resolve());
  });
  const pipe = shell.stdin as NonNullable<typeof shell.stdin>;
  pipe.on('error', () => {});
  shell.unref();
  (pipe as unknown as { unref(): void }).unref();
  return {
    async release() {
      shell.ref();
      pipe.end('released\n');
      await ended;
    },
  };
}
