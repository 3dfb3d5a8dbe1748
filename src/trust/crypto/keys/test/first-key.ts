/** Encrypts one value with a key that does not exist yet, in a process of its own. */
import { openOn } from '../../test/harness.ts';

const { endpoint, tenantId, dataDir } = JSON.parse(process.argv[2] ?? '');
await using opened = await openOn(endpoint, { dataDir });
const values = await opened.crypto.values({ tenantId, purpose: 'race', name: 'race' });
console.log(`sealed ${values.encrypt('from a child', ['x']).toString('hex')}`);
