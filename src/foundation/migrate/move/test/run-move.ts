/** One move in a process of its own, for tests that kill it. Arguments as JSON: endpoints by tier, and the name of a started move. */
import { testRunner } from '../../test/harness.ts';

const { endpoints, name } = JSON.parse(process.argv[2] ?? '');
await using runner = await testRunner(endpoints, []);
await runner.migrate.moves.run(name, { onProgress: (line) => console.log(line) });
console.log('done');
