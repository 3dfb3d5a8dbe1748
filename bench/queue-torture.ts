import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobDefinition } from '../src/data/queue/index.ts';
import { tiers } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';
import { openDrain } from './queue/draining.ts';
import type { Told } from './queue/torture-worker.ts';

const jobs = benchRows(1_000_000);
const ordered = Math.min(5_000, Math.floor(jobs / 20));
const keys = 50;
const workers = 2;
const seed = Number(process.env.BENCH_SEED ?? 7);
// A server that is killed more often is given up by whoever keeps it running.
const serverKillMs = 60_000;

const bench: Bench = {
  name: 'queue-torture',
  claim:
    'a million jobs while workers, backends and the server are killed at random: each has one completed result, each was run, and those of a ' +
    'key began in their order; seen from files outside of the database',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-torture-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    const drain = cleanup.use(await openDrain());
    const { scratch } = drain;
    const tenants = await drain.tenants(100);
    // Acknowledged before anything is killed: what is told here has to be there at the end.
    const acknowledged = await enqueueAll(drain, tenants);
    const endpoints = Object.fromEntries(tiers.map((tier) => [tier, scratch.endpoint(tier)])) as Told['endpoints'];
    const children = new Set<ChildProcess>();
    const logs: string[] = [];
    const start = () => {
      const log = join(folder, `${logs.length}.log`);
      logs.push(log);
      writeFileSync(log, '');
      const told: Told = { dataDir: scratch.dataDir, endpoints, log };
      const child = fork(join(import.meta.dirname, 'queue/torture-worker.ts'), [JSON.stringify(told)], { stdio: 'ignore' });
      children.add(child);
      child.once('exit', () => children.delete(child));
    };
    for (let n = 0; n < workers; n++) start();
    cleanup.defer(() => {
      for (const child of children) child.kill('SIGKILL');
    });
    const killed = { workers: 0, backends: 0, servers: 0 };
    const random = randomOf(seed);
    const postmaster = () => Number(readFileSync(join(scratch.dataDir, 'main/data/postmaster.pid'), 'utf8').split('\n')[0]);
    let serverKilledMs = performance.now();
    let left = jobs;
    const startedMs = performance.now();
    for (let quiet = 0; left > 0; ) {
      await sleep(1_000 + 4_000 * random());
      left = await unfinished(drain).catch(() => left);
      // The end belongs to the living: what is left is leases that have to run out.
      if (left < jobs / 50 && quiet++ > 0) continue;
      const dice = random();
      try {
        if (dice < 0.6) {
          [...children][Math.floor(random() * children.size)]?.kill('SIGKILL');
          killed.workers++;
          start();
        } else if (performance.now() - serverKilledMs > serverKillMs) {
          const pid = postmaster();
          const backends = childrenOf(pid);
          const target = dice < 0.8 ? backends[Math.floor(random() * backends.length)] : pid;
          serverKilledMs = performance.now();
          if (target === undefined) continue;
          process.kill(target, 'SIGKILL');
          if (target === pid) killed.servers++;
          else killed.backends++;
        }
      } catch {
        // It has gone by itself, or the server is just coming back.
      }
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    const found = await audit(drain, acknowledged, logs);
    const problems = Object.entries(found).filter(([, count]) => count > 0);
    if (problems.length > 0)
      throw new Error(`Of ${jobs} jobs: ${problems.map(([what, count]) => `${count} ${what}`).join(', ')}; seed ${seed}.`);
    return {
      columns: ['jobs', 'seconds', 'workers killed', 'backends killed', 'servers killed', ...Object.keys(found)],
      rows: [[jobs, Math.round(seconds), killed.workers, killed.backends, killed.servers, ...Object.values(found)]],
      ratios: { 'jobs a second': jobs / seconds },
    };
  },
};
export default bench;

const kinds: readonly JobDefinition<unknown>[] = [
  { name: 'plain', queue: 'default' },
  {
    name: 'ordered',
    queue: 'default',
    limits: (payload) => [{ name: 'line', key: String((payload as { readonly key: number }).key), most: 1, isStrict: true }],
  },
];

async function enqueueAll(drain: Awaited<ReturnType<typeof openDrain>>, tenants: readonly string[]): Promise<ReadonlySet<string>> {
  await using queue = await drain.enqueuer(kinds);
  const acknowledged = new Set<string>();
  const put = async (kind: string, items: { payload: unknown; tenantId: string }[]) => {
    for (const { id } of await queue.enqueueMany(kind, items)) acknowledged.add(id);
  };
  const tenantOf = (n: number) => tenants[n % tenants.length] as string;
  // One after the other, so that their order is that of their numbers.
  for (let n = 0; n < ordered; n += keys) {
    await put(
      'ordered',
      Array.from({ length: keys }, (_, key) => ({ payload: { key, n: n / keys }, tenantId: tenantOf(key) })),
    );
  }
  for (let n = ordered; n < jobs; n += 1_000) {
    await put(
      'plain',
      Array.from({ length: Math.min(1_000, jobs - n) }, (_, at) => ({ payload: { n: n + at }, tenantId: tenantOf(n + at) })),
    );
  }
  return acknowledged;
}

async function unfinished({ scratch }: Awaited<ReturnType<typeof openDrain>>): Promise<number> {
  await using session = await scratch.connect.session({ tier: 'queue', tag: 'bench.left' });
  const { rows } = await session.query({
    text: `select ${jobs} - count(*)::int as left from queue.job_results where status = 'completed'`,
  });
  return rows[0].left;
}

async function audit({ scratch }: Awaited<ReturnType<typeof openDrain>>, acknowledged: ReadonlySet<string>, logs: readonly string[]) {
  await using session = await scratch.connect.session({ tier: 'queue', tag: 'bench.audit' });
  const { rows } = await session.query({
    text: 'select job_id as id, status, count(*)::int as times from queue.job_results group by 1, 2',
  });
  const completed = new Map<string, number>(rows.filter(({ status }) => status === 'completed').map(({ id, times }) => [id, times]));
  const others = rows.filter(({ status }) => status !== 'completed').length;
  const runs = logs.flatMap((log) => linesOf(log));
  const ended = new Set(runs.filter(({ what }) => what === 'ended').map(({ id }) => id));
  return {
    lost: [...acknowledged].filter((id) => !completed.has(id)).length,
    'completed twice': [...completed.values()].filter((times) => times > 1).length,
    'completed without a run': [...completed.keys()].filter((id) => !ended.has(id)).length,
    'ended otherwise': others,
    'out of order': outOfOrder(logs.map((log) => linesOf(log))),
  };
}

interface Line {
  readonly what: string;
  readonly id: string;
  readonly payload: { readonly key?: number; readonly n: number };
}

/** The last line may be half of one: its writer was killed. */
function linesOf(log: string): readonly Line[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [what = '', id = ''] = line.split(' ', 2);
      return { what, id, payload: JSON.parse(line.slice(what.length + id.length + 2)) };
    });
}

/** Within the file of a worker, a job of a key that began after a later one of that key had ended. */
function outOfOrder(files: readonly (readonly Line[])[]): number {
  let count = 0;
  for (const lines of files) {
    const ended = new Map<number, number>();
    for (const { what, payload } of lines) {
      if (payload.key === undefined) continue;
      const last = ended.get(payload.key) ?? -1;
      if (what === 'began' && payload.n < last) count++;
      if (what === 'ended') ended.set(payload.key, Math.max(last, payload.n));
    }
  }
  return count;
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Mulberry32: the same kills for the same seed, as far as time allows. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
