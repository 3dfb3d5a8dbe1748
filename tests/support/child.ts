import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Node process of a test, for what only a separate process can show: kill -9, two owners, exit codes. */
export interface TestChild extends AsyncDisposable {
  readonly pid: number;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** The first line, past or future, that matches. Rejects when it exits first or time is up. */
  line(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** SIGKILL, and wait until it is gone. Its own children are left alone: that is what such tests are about. */
  kill9(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Waits for its end. */
  exit(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

// Half of what starting such a process takes is compiling its modules.
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/plinth-tests', import.meta.url));

/** Starts `script` (a file URL or path) with the Node that runs the tests. Disposing kills it if it still runs. */
export function spawnScript(
  script: string | URL,
  options: {
    readonly args?: readonly string[];
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
    /** Runs it as another account; for root only. */
    readonly account?: { readonly uid: number; readonly gid: number };
    /** A program with its arguments that becomes Node, e.g. `unshare --net`. */
    readonly through?: readonly string[];
  } = {},
): TestChild {
  const path = script instanceof URL || script.startsWith('file:') ? fileURLToPath(script) : script;
  const [program = process.execPath, ...args] = [...(options.through ?? []), process.execPath, path, ...(options.args ?? [])];
  const child: ChildProcess = spawn(program, args, {
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...options.env },
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options.account,
  });
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }) as Awaited<ReturnType<TestChild['exit']>>);
  const output = () => lines.join('\n');

  return {
    pid: child.pid ?? 0,
    output,
    async line(pattern, timeoutMs = 60_000) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const look = () => {
        const found = lines.find((line) => pattern.test(line));
        if (found !== undefined) resolve(found);
      };
      const timer = setTimeout(() => reject(new Error(`no line ${pattern} within ${timeoutMs} ms in:\n${output()}`)), timeoutMs);
      listeners.add(look);
      look();
      void ended.then(({ code, signal }) => reject(new Error(`exited (${code ?? signal}) without a line ${pattern}:\n${output()}`)));
      return promise.finally(() => {
        clearTimeout(timer);
        listeners.delete(look);
      });
    },
    async kill9() {
      child.kill('SIGKILL');
      await ended;
    },
    signal: (signal) => void child.kill(signal),
    exit: () => ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
