import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../src/foundation/connect/index.ts';
import { tiers } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';
import { openDrain } from './queue/draining.ts';
import { audit } from './queue/torture-audit.ts';
import type { Told, ToldProducer } from './queue/torture-process.ts';

const jobs = benchRows(1_000_000);
/** How long they take to come; kills go on as long. */
const seconds = Number(process.env.BENCH_SECONDS ?? 300);
const backendsPerSecond = Number(process.env.BENCH_BACKEND_KILLS ?? 20);
const seed = Number(process.env.BENCH_SEED ?? 7);
const processes = { worker: 2, producer: 2 } as const;
type Role = keyof typeof processes;
const begin: Readonly<Record<Role, (told: string) => ChildProcess>> = {
  worker: (told) => fork(join(import.meta.dirname, 'queue/torture-worker.ts'), [told], { stdio: 'ignore' }),
  producer: (told) => fork(join(import.meta.dirname, 'queue/torture-producer.ts'), [told], { stdio: 'ignore' }),
};

// A server that ends more than three times a minute is given up by whoever keeps it running.
const betweenServerKillsMs = [22_000, 40_000] as const;
const firstServerKillMs = 8_000;
// Leases of the last killed workers have to run out, and jobs that were lost with three of them are run one by one.
const noProgressMs = 120_000;

const bench: Bench = {
  name: 'queue-torture',
  claim:
    'a million jobs that come while workers, producers, backends and the server are killed at random: each acknowledged one has one completed ' +
    'result, no effect happened twice, and those of a key ran in their order; seen from files outside of the database',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'plinth-torture-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    const drain = cleanup.use(await openDrain());
    const { scratch } = drain;
    await prepare(drain);
    const tenants = await drain.tenants(100);
    const endpoints = Object.fromEntries(tiers.map((tier) => [tier, scratch.endpoint(tier)])) as Told['endpoints'];
    const random = randomOf(seed);
    const between = ([least, most]: readonly [number, number]) => least + (most - least) * random();

    const children: Record<Role, Map<ChildProcess, string>> = { worker: new Map(), producer: new Map() };
    const logs: Record<Role, string[]> = { worker: [], producer: [] };
    const told = new Map<ChildProcess, { readonly acknowledged: number; readonly refused: number }>();
    const total = (what: 'acknowledged' | 'refused') => [...told.values()].reduce((sum, one) => sum + one[what], 0);
    const coming = new AbortController();
    const isComing = () => !coming.signal.aborted;
    let gaveUp = 0;
    const start = (role: Role) => {
      const name = `${role}-${logs[role].length}`;
      const log = join(folder, name);
      logs[role].push(log);
      writeFileSync(log, '');
      const say: ToldProducer = { dataDir: scratch.dataDir, endpoints, log, name, tenants, perSecond: jobs / seconds / processes.producer };
      const child = begin[role](JSON.stringify(say));
      child.on('message', (counts: { acknowledged: number; refused: number }) => told.set(child, counts));
      child.on('error', () => {});
      children[role].set(child, log);
      child.once('exit', (code) => {
        children[role].delete(child);
        // One that began while its sessions were ended gives up: whoever keeps processes running starts it again.
        if (code === null || !isComing()) return;
        gaveUp++;
        start(role);
      });
    };
    cleanup.defer(() => {
      for (const role of ['worker', 'producer'] as const) for (const child of children[role].keys()) child.kill('SIGKILL');
    });
    for (const role of ['worker', 'producer'] as const) for (let n = 0; n < processes[role]; n++) start(role);

    const killed = { workers: 0, producers: 0, backends: 0, 'server at once': 0, postmasters: 0, 'backends by signal': 0 };
    const postmaster = () => Number(readFileSync(join(scratch.dataDir, 'main/data/postmaster.pid'), 'utf8').split('\n')[0]);
    const pause = (ms: number) => sleep(ms, undefined, { signal: coming.signal }).catch(() => {});

    /** Those that have begun: where a process takes seconds to start, nobody would work. */
    const busy = (role: Role) => [...children[role]].flatMap(([child, log]) => (statSync(log).size > 0 ? [child] : []));
    async function killProcesses(): Promise<void> {
      while (isComing()) {
        await pause(between([1_000, 4_000]));
        const role = random() < 0.8 ? 'worker' : 'producer';
        const living = busy(role);
        const victim = living[Math.floor(random() * living.length)];
        if (!isComing() || !victim?.kill('SIGKILL')) continue;
        killed[`${role}s`]++;
        start(role);
      }
    }
    /** Now quiet, now a storm. */
    async function killBackends(): Promise<void> {
      let session: Session | undefined;
      for (let isStorm = false; isComing(); isStorm = !isStorm) {
        if (!isStorm) await pause(between([3_000, 8_000]));
        const endMs = performance.now() + between([3_000, 8_000]);
        while (isStorm && isComing() && performance.now() < endMs) {
          try {
            session ??= await scratch.connect.session({ tier: 'queue', tag: 'bench.kill' });
            const { rows } = await session.query({ text: anyOther });
            const pid = rows[0]?.pid;
            // What pg_terminate_backend sends, which the owner may not use on sessions of others.
            if (pid !== undefined && parentOf(pid) === postmaster() && process.kill(pid, 'SIGTERM')) killed.backends++;
          } catch {
            await closed(session);
            session = undefined;
          }
          await pause(1_000 / backendsPerSecond);
        }
      }
      await closed(session);
    }
    async function killServers(): Promise<void> {
      await pause(firstServerKillMs);
      for (let n = 0; isComing(); n++) {
        try {
          const pid = postmaster();
          if (n === 1) {
            process.kill(pid, 'SIGKILL');
            killed.postmasters++;
          } else if (n % 3 === 2) {
            const backends = childrenOf(pid);
            process.kill(backends[Math.floor(random() * backends.length)] ?? pid, 'SIGKILL');
            killed['backends by signal']++;
          } else {
            // What `pg_ctl stop -m immediate` sends.
            process.kill(pid, 'SIGQUIT');
            killed['server at once']++;
          }
        } catch {
          // It has gone by itself, or the server is just coming back.
        }
        await pause(between(betweenServerKillsMs));
      }
    }

    const startedMs = performance.now();
    const killing = Promise.all([killProcesses(), killBackends(), killServers()]);
    while (total('acknowledged') < jobs) await sleep(200);
    // The end belongs to the living: what is left is leases that have to run out.
    coming.abort();
    for (const child of children.producer.keys()) child.send('enough', () => {});
    await killing;
    const { open, emptyMs } = await emptied(drain, () => children.producer.size === 0);
    const runSeconds = (emptyMs - startedMs) / 1_000;
    const found = await audit(scratch, { producers: logs.producer, workers: logs.worker });
    const wrong = Object.entries({ ...found.problems, 'not done': open }).filter(([, ids]) => ids.length > 0);
    if (wrong.length > 0) {
      const what = wrong.map(([what, ids]) => `${ids.length} ${what} (${ids.slice(0, 3).join('; ')})`).join(', ');
      throw new Error(`Of ${found.acknowledged} jobs: ${what}; seed ${seed}, killed ${JSON.stringify(killed)}.`);
    }
    const counts = {
      acknowledged: found.acknowledged,
      'written, not acknowledged': found.completed - found.acknowledged,
      'refused or not known': total('refused'),
      'runs more than jobs': found.runs - found.completed,
      'processes that gave up': gaveUp,
      seconds: Math.round(runSeconds),
      ...Object.fromEntries(Object.entries(killed).map(([what, count]) => [`killed: ${what}`, count])),
      ...Object.fromEntries(Object.entries(found.problems).map(([what, ids]) => [what, ids.length])),
    };
    return { columns: ['what', 'how many'], rows: Object.entries(counts), ratios: { 'jobs a second': found.completed / runSeconds } };
  },
};
export default bench;

type Opened = Awaited<ReturnType<typeof openDrain>>;

/** Where effects are counted: nothing there keeps one from being written twice. */
async function prepare({ scratch }: Opened): Promise<void> {
  await using session = await scratch.connect.session({ tier: 'queue', tag: 'bench.prepare' });
  for (const text of [
    'create schema torture',
    'grant usage on schema torture to plinth_app',
    'create table torture.effects (job_id uuid not null)',
    'grant insert on torture.effects to plinth_app',
  ])
    await session.query({ text });
}

const anyOther = `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() order by random() limit 1`;

async function closed(session: Session | undefined): Promise<void> {
  try {
    await session?.[Symbol.asyncDispose]();
  } catch {
    // It was lost with its server.
  }
}

/** Waits until no job is open any more, or none has ended for long; gives those that are left. */
async function emptied(
  { scratch }: Opened,
  isComplete: () => boolean,
): Promise<{ readonly open: readonly string[]; readonly emptyMs: number }> {
  let [least, leastMs] = [Number.POSITIVE_INFINITY, performance.now()];
  for (;;) {
    await sleep(1_000);
    try {
      await using session = await scratch.connect.session({ tier: 'queue', tag: 'bench.left' });
      const { rows } = await session.query({ text: `select id from queue.jobs where status = 'open'` });
      const nowMs = performance.now();
      if ((rows.length === 0 && isComplete()) || nowMs - leastMs > noProgressMs) return { open: rows.map(({ id }) => id), emptyMs: nowMs };
      if (rows.length < least) [least, leastMs] = [rows.length, nowMs];
    } catch {
      // It is just coming back.
    }
  }
}

const childrenOf = (pid: number) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid);

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It has ended.
    return undefined;
  }
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
