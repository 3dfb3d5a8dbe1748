import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { until } from '../../../../tests/support/until.ts';
import { silentLog } from '../../../kernel/index.ts';
import { restartDelayMs } from './model/backoff.ts';
import { WorkerProcesses } from './processes.ts';

const script = fileURLToPath(new URL('test/processes-child.ts', import.meta.url));

test('[I119] of several worker processes one that is killed is replaced, and all end when they are told to', async () => {
  const processes = new WorkerProcesses({ log: silentLog, stopMs: 60_000 }, { script, args: [] }, 2);
  const before = processes.pids;
  expect(before).toHaveLength(2);
  const [killed, kept] = before as [number, number];
  process.kill(killed, 'SIGKILL');
  await until(() => processes.pids.length === 2 && !processes.pids.includes(killed), { what: 'another in its place' });
  expect(processes.pids).toContain(kept);
  const living = processes.pids;
  await processes.stop();
  for (const pid of living) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('[I119] what had worked for long is replaced at once, what ends soon after its start later each time', () => {
  expect([0, 1, 2, 6, 7, 99].map((failures) => restartDelayMs(failures, 1))).toEqual([0, 500, 1_000, 16_000, 30_000, 30_000]);
  expect(restartDelayMs(1, 0)).toBe(250);
});
