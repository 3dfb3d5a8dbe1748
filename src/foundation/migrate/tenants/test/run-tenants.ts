/** One run over tenants in a process of its own, which kills itself at the first line of progress that fits a pattern. */
import { testRunner } from '../../test/harness.ts';

const { oltp, sources, placed, killAt } = JSON.parse(process.argv[2] ?? '');
await using runner = await testRunner(oltp, sources, { tenants: { placed: async () => placed } });
await runner.migrate.tenants.up({
  onProgress(line) {
    if (new RegExp(killAt).test(line)) process.kill(process.pid, 'SIGKILL');
  },
});
