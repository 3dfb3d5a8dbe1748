/**
 * `npm test [-- <vitest arguments>]`: everything that needs only npm, and what else the machine has. Ends with the one line
 * `N passed, N failed[, N skipped]`. With CI set a skipped test is a failure, and one that fails has a second try; who needed it is named.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './queries/capabilities.ts';

interface Result {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'plinth-test-'));
const report = join(folder, 'result.json');
const vitest = spawn(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  // Each file has a process of its own: most of what it imports from packages is compiled once for all of them.
  { cwd: root, stdio: 'inherit', env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/plinth-tests'), ...process.env } },
);
const [exitCode] = await once(vitest, 'exit');
const result = existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Result) : undefined;
rmSync(folder, { recursive: true, force: true });

const files = result?.testResults ?? [];
// A file that does not load has no tests to count; it counts as one that failed.
const broken = files.filter((file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'));
const passed = result?.numPassedTests ?? 0;
const skipped = (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
let failed = (result?.numFailedTests ?? 0) + broken.length;

for (const file of broken) console.log(`not run: ${file.name.slice(root.length + 1)}: ${file.message.split('\n')[0]}`);
for (const { assertionResults } of files) {
  for (const { fullName } of assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'))
    console.log(`skipped: ${fullName.trim()}`);
}
if (process.env.CI && skipped > 0) {
  console.log('With CI set nothing may be skipped: the machine lacks what is named above.');
  failed += skipped;
}
if (passed + failed === 0) {
  console.log('No test was run.');
  failed = 1;
}
if (failed === 0 && exitCode !== 0) {
  console.log('All tests passed, but the run failed: see above for what was left behind or thrown outside a test.');
  failed = 1;
}
// Of a property, the seed stands in the second line and the example in the third.
const reasonOf = (message: string) => message.split('\n').slice(0, 3).join('\n    ').slice(0, 1_000);
const secondTries = files.flatMap(({ name, assertionResults }) =>
  // Of a test that passed: what its first try failed with.
  assertionResults.flatMap(({ status, fullName, failureMessages: [message] = [] }) =>
    status === 'passed' && message !== undefined ? [`  ${name.slice(root.length + 1)}: ${fullName.trim()}\n    ${reasonOf(message)}`] : [],
  ),
);
if (secondTries.length > 0) console.log(`\npassed on the second try: ${secondTries.length}\n${secondTries.join('\n')}`);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
