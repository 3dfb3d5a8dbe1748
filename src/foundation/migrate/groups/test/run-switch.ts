/** One switch in a process of its own, for tests that kill it: it kills itself at the first line of progress that fits. */
import { testRunner } from '../../test/harness.ts';

const { endpoint, sources, name, killAt } = JSON.parse(process.argv[2] ?? '');
await using runner = await testRunner(endpoint, sources);
await runner.migrate.groups.switch(name, {
  to: 'all',
  onProgress(line) {
    console.log(line);
    if (new RegExp(killAt).test(line)) process.kill(process.pid, 'SIGKILL');
  },
});
console.log('done');
