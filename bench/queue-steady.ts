import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { openDrain } from './queue/draining.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 600);
const perMinute = 2_000;
const runMs = 20;

const bench: Bench = {
  name: 'queue-steady',
  claim:
    '2,000 jobs a minute of 20 ms for ten minutes: none lost, p99 from enqueue to start at most 20 ms, the server at most 5 % of a processor',
  async run() {
    await using drain = await openDrain();
    const begun = new Map<number, number>();
    const waits: number[] = [];
    await using serving = await drain.serve({
      name: 'steady',
      queue: 'default',
      handler: async (job) => {
        waits.push(performance.now() - (begun.get((job.payload as { n: number }).n) ?? 0));
        await sleep(runMs);
      },
    });
    const [tenantId] = (await drain.tenants(1)) as [string];
    await sleep(2_000);
    const pid = await serverPid(drain);
    const before = cpuSeconds(pid);
    const startedMs = performance.now();
    let sent = 0;
    while (performance.now() - startedMs < seconds * 1_000) {
      const due = Math.floor(((performance.now() - startedMs) * perMinute) / 60_000);
      for (; sent < due; sent++) {
        begun.set(sent, performance.now());
        void serving.queue.enqueue('steady', { n: sent }, { tenantId });
      }
      await sleep(1);
    }
    const share = (cpuSeconds(pid) - before) / ((performance.now() - startedMs) / 1_000);
    while (serving.recorded() < sent) await sleep(10);
    const sorted = waits.toSorted((a, b) => a - b);
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
    return {
      columns: ['jobs', 'run twice or lost', 'p50 ms', 'p99 ms', 'server, share of a processor'],
      rows: [[sent, waits.length - sent, round(sorted[Math.floor(sorted.length / 2)]), round(p99), round(share)]],
      ratios: { 'p99 / 20 ms': p99 / 20, 'server / 5 %': share / 0.05 },
    };
  },
};
export default bench;

const round = (value = Number.NaN) => Math.round(value * 1_000) / 1_000;

async function serverPid({ scratch }: Awaited<ReturnType<typeof openDrain>>): Promise<number> {
  await using session = await scratch.connect.session({ tier: 'queue', tag: 'bench.pid' });
  const { rows } = await session.query({ text: 'select pg_backend_pid() as pid' });
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(rows[0].pid)], { encoding: 'utf8' }));
}

/** Of the server and all its processes, those that have ended included. */
function cpuSeconds(pid: number): number {
  const seconds = (field: string, args: readonly string[]) =>
    execFileSync('ps', ['-o', `${field}=`, ...args], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .reduce((sum, value) => sum + Number(value), 0);
  return seconds('cputimes', ['--ppid', String(pid)]) + seconds('cputimes', ['-S', '-p', String(pid)]);
}
