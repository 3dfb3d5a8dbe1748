/**
 * A rotation in a process of its own that kills itself when its n-th writing transaction has committed. To be killed before the next one,
 * or within, is the same to the database.
 * Arguments as JSON: endpoint, dataDir, tenantId, isMasterKey, key, stopAt.
 */
import type { Connect } from '../../../../foundation/connect/index.ts';
import { hasCode } from '../../../../kernel/index.ts';
import { openOn, wakefulClock } from '../../test/harness.ts';

const { endpoint, dataDir, tenantId, isMasterKey, key, stopAt } = JSON.parse(process.argv[2] ?? '');
let steps = 0;
let isRotating = false;

function wrap(connect: Connect): Connect {
  const transaction: Connect['transaction'] = async (request, work) => {
    const result = await connect.transaction(request, work);
    if (isRotating && !request.isReadOnly && ++steps === stopAt) process.kill(process.pid, 'SIGKILL');
    return result;
  };
  return new Proxy(connect, {
    get(target, name) {
      const part: unknown = Reflect.get(target, name);
      if (name === 'transaction') return transaction;
      return typeof part === 'function' ? part.bind(target) : part;
    },
  });
}

await using opened = await openOn(endpoint, { dataDir, clock: wakefulClock(), options: { key }, wrap });
isRotating = true;
// Asked for when everything is wrapped by the first key already, it says so.
const rotateMasterKey = () =>
  opened.crypto.rotateMasterKey().catch((error) => {
    if (hasCode(error, 'PLINTH_CRYPTO_NO_OWN_MASTER_KEYS')) return { keysLeft: 0 };
    throw error;
  });
const done = isMasterKey ? [await rotateMasterKey()] : await opened.crypto.rotate({ tenantId });
isRotating = false;
console.log(`done ${JSON.stringify(done)}`);
