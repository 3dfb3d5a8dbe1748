/** One step of a flag in a process of its own, for a test that kills it. Arguments: endpoints by tier as JSON, a folder, the flag. */
import { openTenancyAt } from '../../test/open-at.ts';

const [endpoints = '', dataDir = '', name = ''] = process.argv.slice(2);
const byTier = JSON.parse(endpoints);
await using opened = await openTenancyAt((tier) => byTier[tier], dataDir, { isReady: true });
await opened.tenancy.flags.step(name, { by: 'child' });
console.log('done');
