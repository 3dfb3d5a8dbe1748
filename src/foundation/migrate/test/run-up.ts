/**
 * One run in a process of its own, for tests that kill it. Arguments as JSON: endpoints, sources, `down` for a way back, and
 * optionally a pattern: the process kills itself at the first line of progress that fits, before anything else happens.
 */
import { testRunner } from './harness.ts';

const { endpoint, sources, killAt, down } = JSON.parse(process.argv[2] ?? '');
await using runner = await testRunner(endpoint, sources);
const watch = {
  onProgress(line: string) {
    console.log(line);
    if (killAt && new RegExp(killAt).test(line)) process.kill(process.pid, 'SIGKILL');
  },
};
const done = down ? (await runner.migrate.down({ to: down, ...watch })).reverted : (await runner.migrate.up(watch)).applied;
console.log(`done ${JSON.stringify(done)}`);
