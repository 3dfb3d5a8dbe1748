/** One backfill in a process of its own, for tests that kill it. Arguments as JSON: endpoint, and the name of a started backfill. */
import { quickClock } from '../../../../../tests/support/quick-clock.ts';
import { testRunner } from '../../test/harness.ts';

const { endpoint, name } = JSON.parse(process.argv[2] ?? '');
await using runner = await testRunner(endpoint, [], { clock: quickClock, lockDeadlineMs: 2_000_000 });
console.log('working');
const done = await runner.migrate.backfills.run(name);
console.log(`done ${done.rowsChanged}`);
