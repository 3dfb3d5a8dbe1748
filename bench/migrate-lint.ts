import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from './bench.ts';

const lineCounts = [2_000, 20_000];
const rounds = 7;
const root = join(import.meta.dirname, '..');

/** What people write into migrations, a quarter of it with something to object to. Eight lines each. */
const change = (n: number) => `alter table app.t${n % 50} add column c${n} text;
alter table app.t${n % 50} alter column c${n} set default 'none';
create table app.n${n} (
  tenant_id uuid not null,
  id uuid not null,
  constraint n${n}_pk primary key (tenant_id, id)
);
create index t${n}_idx on app.t${n % 50} (c${n});`;

async function timeOf(command: string, args: readonly string[]): Promise<number> {
  const started = performance.now();
  // Both exit with 1: there are findings.
  const { stdout } = await promisify(execFile)(command, args, { maxBuffer: 256 << 20 }).catch((error) => error as { stdout: string });
  if (stdout.length < 10_000) throw new Error(`${command} ${args.join(' ')} found nothing`);
  return performance.now() - started;
}

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const bench: Bench = {
  name: 'migrate-lint',
  claim: 'lint takes at most 2.0 of squawk for 2,000 lines and 1.5 for 20,000, the start of the process included',
  async run() {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'plinth-bench-'));
    const rows: (string | number)[][] = [];
    const ratios: Record<string, number> = {};
    for (const lines of lineCounts) {
      const file = join(folder.path, `${lines}.sql`);
      await writeFile(file, Array.from({ length: lines / 8 }, (_, n) => change(n)).join('\n'));
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        ours.push(await timeOf(process.execPath, [join(root, 'bin/plinth.js'), 'migrate', 'lint', '--json', file]));
        theirs.push(await timeOf(process.execPath, [join(root, 'node_modules/squawk-cli/js/bin/squawk'), '--reporter', 'json', file]));
      }
      const ratio = median(ours) / median(theirs);
      rows.push([lines, median(ours), median(theirs), ratio]);
      ratios[`of squawk, ${lines} lines`] = ratio;
    }
    return { columns: ['lines', 'plinth ms', 'squawk ms', 'ratio'], rows, ratios };
  },
};
export default bench;
