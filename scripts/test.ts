/**
 * `npm test [-- <vitest arguments>]`: everything that needs only npm, and what else the machine has. Ends with the one line
 * `N passed, N failed[, N skipped]`. With CI set a skipped test is a failure, and a file that failed has a second try, in a process of its
 * own and with nothing beside it; what passes only there is named, with the reason it failed at first.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './queries/capabilities.ts';
import { filesToTryAgain, outcomeOf, type RunReport } from './tests/outcome.ts';
import { readReport, reportVariable } from './tests/report-file.ts';

const isStrict = Boolean(process.env.CI);
const folder = mkdtempSync(join(tmpdir(), 'plinth-test-'));

const first = await run('first', process.argv.slice(2));
const again = isStrict ? filesToTryAgain(first) : [];
let second: RunReport | undefined;
if (again.length > 0) {
  console.log(`\nA second try of ${again.length}: ${again.join(' ')}`);
  second = await run(
    'second',
    again.map((path) => join(root, path)),
    { PLINTH_TEST_ALONE: '1' },
  );
}
rmSync(folder, { recursive: true, force: true });

const { passed, failed, skipped, notes } = outcomeOf(first, second, isStrict);
for (const note of notes) console.log(note);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);

async function run(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunReport> {
  const report = join(folder, name);
  const vitest = spawn(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      `--reporter=${join(root, 'scripts/tests/reporter.ts')}`,
      ...args,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      // Each file has a process of its own: most of what it imports from packages is compiled once for all of them.
      env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/plinth-tests'), ...process.env, ...env, [reportVariable]: report },
    },
  );
  const [exitCode] = await once(vitest, 'exit');
  return readReport(report, exitCode);
}
