/**
 * A rotation in a process of its own that kills itself when its n-th writing transaction has committed.
 * Arguments as JSON: endpoint, dataDir, tenantId, isMasterKey, key, stopAt.
 */
import { dyingConnect } from '../../test/dying-connect.ts';
import { openOn, wakefulClock } from '../../test/harness.ts';

const { endpoint, dataDir, tenantId, isMasterKey, key, stopAt } = JSON.parse(process.argv[2] ?? '');
const dying = dyingConnect(stopAt);
await using opened = await openOn(endpoint, { dataDir, clock: wakefulClock(), options: { key }, wrap: dying.wrap });
dying.arm();
await (isMasterKey ? opened.crypto.rotateMasterKey() : opened.crypto.rotate({ tenantId }));
console.log('done');
