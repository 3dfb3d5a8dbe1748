import { randomUUID } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { reportAfterwards } from '../../scripts/tests/report-file.ts';
import { leftProcesses, runMark } from './left-behind.ts';
import { openTestServer } from './server.ts';
import { removeStoppedServer } from './stopped-server.ts';
import { dropTemplates } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the server's `postgres` database, as superuser. */
    serverUrl: string;
    /** Distinguishes the databases of this run from those of others on the same server. */
    runId: string;
  }
}

/** One server for the run. Afterwards nothing that a test started may be alive. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openTestServer();
  const runId = randomUUID().slice(0, 8);
  // Set after the server was started: everything that carries it was started by a test.
  process.env[runMark] = runId;
  project.provide('serverUrl', server.url);
  project.provide('runId', runId);
  return async () => {
    await dropTemplates(server.url, runId);
    await removeStoppedServer(runId);
    const left = leftProcesses(runId);
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    await server[Symbol.asyncDispose]();
    for (const { command, file } of left) reportAfterwards({ file, error: `left a process behind: ${command}` });
    const lines = left.map(({ pid, command, file }) => `  ${pid} ${command} (${file ?? 'of which file is unknown'})`);
    if (left.length > 0) throw new Error(`Processes left behind by tests:\n${lines.join('\n')}`);
  };
}
