import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type Log, messageOf } from '../../../kernel/index.ts';
import { restartDelayMs } from './model/backoff.ts';

/** How a worker is started: a script with its arguments. It ends when the channel to its parent is closed. */
export interface WorkerCommand {
  readonly script: string;
  readonly args: readonly string[];
}

export interface WorkerProcessesDeps {
  readonly log: Log;
  /** How long they may take to end. */
  readonly stopMs: number;
}

// Who lived so long did not die of how it was started.
const soundMs = 60_000;

/** Workers in processes of this host: so many are always there. */
export class WorkerProcesses {
  readonly #deps: WorkerProcessesDeps;
  readonly #command: WorkerCommand;
  readonly #alive = new Set<ChildProcess>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #isStopping = false;

  constructor(deps: WorkerProcessesDeps, command: WorkerCommand, count: number) {
    this.#deps = deps;
    this.#command = command;
    for (let n = 0; n < count; n++) this.#start(0);
  }

  get pids(): readonly number[] {
    return [...this.#alive].flatMap(({ pid }) => pid ?? []);
  }

  /** Closing the channel tells them to stop: a signal could come a second time, from the terminal, and mean at once. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    await Promise.all(
      [...this.#alive].map(async (child) => {
        const ended = once(child, 'exit');
        const late = setTimeout(() => {
          this.#deps.log.error('a worker process did not end in its time and is killed', { pid: child.pid });
          child.kill('SIGKILL');
        }, this.#deps.stopMs);
        if (child.connected) child.disconnect();
        await ended;
        clearTimeout(late);
      }),
    );
  }

  /** `failures`: how many died before it, one after the other, soon after their start. */
  #start(failures: number): void {
    const { script, args } = this.#command;
    const startedMs = performance.now();
    const child = fork(script, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#alive.add(child);
    // Where it cannot be started at all there is no exit.
    child.once('error', (error) => this.#ended(child, startedMs, failures, messageOf(error)));
    child.once('exit', (code, signal) => this.#ended(child, startedMs, failures, signal ?? `exit code ${code}`));
  }

  #ended(child: ChildProcess, startedMs: number, failures: number, how: string): void {
    if (!this.#alive.delete(child) || this.#isStopping) return;
    const failed = performance.now() - startedMs >= soundMs ? 0 : failures + 1;
    const delayMs = restartDelayMs(failed, Math.random());
    this.#deps.log.warn('a worker process has ended and is replaced; its jobs are run by others', {
      pid: child.pid,
      how,
      delayMs: Math.round(delayMs),
    });
    const timer = setTimeout(() => {
      this.#restarts.delete(timer);
      this.#start(failed);
    }, delayMs);
    this.#restarts.add(timer);
  }
}
