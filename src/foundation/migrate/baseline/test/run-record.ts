/**
 * The record of a baseline in a process of its own, for tests that kill it. Arguments as JSON: endpoint, sources, and a pattern: the
 * process kills itself at the first line of progress that fits.
 */
import { testRunner } from '../../test/harness.ts';
import { lookAt, recordAsFound } from './as-found.ts';

const { endpoint, sources, killAt } = JSON.parse(process.argv[2] ?? '');
await using runner = await testRunner(endpoint, sources);
await recordAsFound(runner, await lookAt(runner), (line) => {
  console.log(line);
  if (new RegExp(killAt).test(line)) process.kill(process.pid, 'SIGKILL');
});
