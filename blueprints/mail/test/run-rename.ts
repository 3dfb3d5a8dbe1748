/** The renames in a process of their own, which kills itself at the first line of progress that fits. */
import { readFileSync } from 'node:fs';
import { readMap } from '../../../src/foundation/migrate/rename/index.ts';
import { testRunner } from '../../../src/foundation/migrate/test/harness.ts';

const { endpoint, sources, map, killAt } = JSON.parse(process.argv[2] ?? '');
await using runner = await testRunner(endpoint, sources);
await runner.migrate.renames.apply(readMap(map, readFileSync(map, 'utf8')), {
  onProgress(line) {
    console.log(line);
    if (new RegExp(killAt).test(line)) process.kill(process.pid, 'SIGKILL');
  },
});
