/**
 * Seals in a process of its own that kills itself when its n-th writing transaction has committed.
 * Arguments as JSON: endpoint, dataDir, key, column (as `seal` takes it), stopAt.
 */
import { dyingConnect } from '../../test/dying-connect.ts';
import { openOn, wakefulClock } from '../../test/harness.ts';

const { endpoint, dataDir, key, column, stopAt } = JSON.parse(process.argv[2] ?? '');
const dying = dyingConnect(stopAt);
await using opened = await openOn(endpoint, { dataDir, clock: wakefulClock(), options: { key }, wrap: dying.wrap });
dying.arm();
console.log(`sealed ${await opened.crypto.sealing.seal(column)}`);
