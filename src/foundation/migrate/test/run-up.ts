/**
 * One run in a process of its own, for tests that kill it. Arguments as JSON: endpoint, sources, and optionally a pattern:
 * the process kills itself at the first line of progress that fits, before anything else happens.
 */
import { testRunner } from './harness.ts';

const { endpoint, sources, killAt } = JSON.parse(process.argv[2] ?? '');
await using runner = await testRunner(endpoint, sources);
const report = await runner.migrate.up({
  onProgress(line) {
    console.log(line);
    if (killAt && new RegExp(killAt).test(line)) process.kill(process.pid, 'SIGKILL');
  },
});
console.log(`done ${JSON.stringify(report.applied)}`);
