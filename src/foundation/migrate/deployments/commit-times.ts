import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * When git says the migrations of a product were added, by their names. Empty where the folder is no checkout, git is not there, or the
 * history was cut off (a shallow clone): what stands at its edge only seems to have been added then.
 */
export async function commitTimes(dir: string): Promise<ReadonlyMap<string, Date>> {
  const git = async (...args: string[]) =>
    (await run('git', ['-C', dir, ...args], { maxBuffer: 64 * 1024 * 1024, timeout: 30_000 })).stdout;
  const times = new Map<string, Date>();
  try {
    if ((await git('rev-parse', '--is-shallow-repository')).trim() !== 'false') return times;
    let time = new Date(0);
    // Newest first: a migration that came twice counts by its second coming.
    const added = await git('log', '--diff-filter=A', '--format=%x00%ct', '--name-only', '--relative', '--no-renames', '--', 'migrations');
    for (const line of added.split('\n')) {
      if (line.startsWith('\0')) time = new Date(Number(line.slice(1)) * 1000);
      const [, name] = /^migrations\/[^/]+\/([^/]+)\/up\.sql$/.exec(line) ?? [];
      if (name !== undefined && !times.has(name)) times.set(name, time);
    }
  } catch {
    return new Map();
  }
  return times;
}
