import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

export interface Outcome {
  readonly exitCode: number | null;
  /** Standard output and error together, in the order they came. */
  readonly output: string;
  /** Set when the program could not be started at all. */
  readonly error?: NodeJS.ErrnoException;
}

/** The environment of every PostgreSQL program: nothing of PG*, and messages in English, which is what we can read. */
export function programEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, SystemRoot } = process.env;
  return { PATH, HOME: '/', LC_ALL: 'C', ...(TMPDIR ? { TMPDIR } : {}), ...(SystemRoot ? { SystemRoot } : {}) };
}

/** The identity that `spawn` takes on; empty for the present user. */
export const identityOf = (account: Account | undefined) => (account ? { uid: account.uid, gid: account.gid } : {});

/** Runs a program to its end and returns what it said. Never throws: how it ended is the answer. */
export function runProgram(file: string, args: readonly string[], account?: Account, input = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(file, args, { ...identityOf(account), cwd: '/', env: programEnvironment(), stdio: 'pipe' });
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.stdin.on('error', () => {}).end(input);
    child.on('error', (error) => resolve({ exitCode: null, output, error }));
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}
