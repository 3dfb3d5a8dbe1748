import { readFileSync } from 'node:fs';
import type { Scratch } from '../tenancy/scratch.ts';

interface Run {
  readonly worker: string;
  readonly beganNs: number;
  endedNs: number | undefined;
}
/** A strict job, as it was acknowledged and run. */
interface InLine {
  readonly id: string;
  readonly n: number;
  readonly runs: Run[];
}
export interface Audit {
  readonly acknowledged: number;
  /** Also of those that were lost with their worker, or not heard. */
  readonly runs: number;
  readonly completed: number;
  /** What may not be: the jobs it is so with. */
  readonly problems: Readonly<Record<string, readonly string[]>>;
}

/** Compares what the processes wrote down with what the database says, each file read once. */
export async function audit(
  scratch: Scratch,
  files: { readonly producers: readonly string[]; readonly workers: readonly string[] },
): Promise<Audit> {
  const acknowledged = new Set<string>();
  const inLine = new Map<string, InLine>();
  const keys = new Map<string, InLine[]>();
  for (const file of files.producers) {
    eachLine(file, ([, id = '', key = '', n = '']) => {
      acknowledged.add(id);
      if (key === '') return;
      const one: InLine = { id, n: Number(n), runs: [] };
      inLine.set(id, one);
      const line = keys.get(key);
      if (line) line.push(one);
      else keys.set(key, [one]);
    });
  }
  const ended = new Set<string>();
  let runs = 0;
  for (const file of files.workers) {
    const begun = new Map<string, Run>();
    eachLine(file, ([what, worker = '', id = '', ns = '', key = '']) => {
      if (what === 'ended') {
        runs++;
        ended.add(id);
      }
      if (key === '') return;
      if (what === 'began') {
        const run: Run = { worker, beganNs: Number(ns), endedNs: undefined };
        begun.set(id, run);
        // Of one that nobody was promised nobody knows when it came.
        inLine.get(id)?.runs.push(run);
      } else {
        const run = begun.get(id);
        if (run) run.endedNs = Number(ns);
      }
    });
  }

  await using session = await scratch.connect.session({ tier: 'queue', tag: 'bench.audit' });
  const { rows: results } = await session.query({
    text: `select r.job_id as id, r.status, r.worker_id as worker from queue.job_results r where r.status <> 'failed'`,
  });
  const workers = new Map<string, string>();
  const [twice, otherwise]: [string[], string[]] = [[], []];
  for (const { id, status, worker } of results) {
    if (status !== 'completed') otherwise.push(id);
    else if (workers.has(id)) twice.push(id);
    else workers.set(id, worker);
  }
  const ids = async (text: string) => (await session.query({ text })).rows.map(({ id }) => id as string);
  const { rows: places } = await session.query({ text: 'select queue.verify(20) as report' });
  const misplaced = places[0].report.examples as readonly { readonly problem: string; readonly jobId: string; readonly where: string }[];
  const missing = (all: Iterable<string>, among: { has(id: string): boolean }) => [...all].filter((id) => !among.has(id));
  return {
    acknowledged: acknowledged.size,
    runs,
    completed: workers.size,
    problems: {
      lost: missing(acknowledged, workers),
      'completed twice': twice,
      'completed without a run': missing(workers.keys(), ended),
      'ended otherwise': otherwise,
      'effects twice': await ids('select e.job_id as id from torture.effects e group by e.job_id having count(*) > 1'),
      'ends without their effect, or effects without an end': await ids(`select coalesce(r.job_id, e.job_id) as id from
        (select r.job_id from queue.job_results r join queue.jobs j on j.tenant_id = r.tenant_id and j.id = r.job_id
          where j.job_type = 'effect' and r.status = 'completed') r full join torture.effects e on e.job_id = r.job_id
        where e.job_id is null or r.job_id is null`),
      'out of order': outOfOrder(keys.values(), workers),
      misplaced: misplaced.map(({ problem, jobId, where }) => `${jobId} ${problem}: ${where}`),
    },
  };
}

/**
 * Jobs that began before the one in front of them had ended. What counts are runs of the worker whose result was kept: one that goes on when
 * its lease is gone is not heard. Of several that it made, the earliest that fits.
 */
function outOfOrder(lines: Iterable<readonly InLine[]>, workers: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = [];
  for (const line of lines) {
    let lastNs = 0;
    for (const { id, runs } of line.toSorted((a, b) => a.n - b.n)) {
      const ends = runs.flatMap(({ worker, beganNs, endedNs }) =>
        endedNs !== undefined && worker === workers.get(id) ? [{ beganNs, endedNs }] : [],
      );
      if (ends.length === 0) continue;
      const fitting = ends.filter(({ beganNs }) => beganNs >= lastNs).map(({ endedNs }) => endedNs);
      if (fitting.length === 0) found.push(id);
      else lastNs = Math.min(...fitting);
    }
  }
  return found;
}

/** Calls with the words of each line. The last one may be half of a line: its writer was killed. */
function eachLine(file: string, see: (words: readonly string[]) => void): void {
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) see(line.split(' '));
}
