/** Uploads bytes and says how far it got; killed by upload.db.test.ts. Arguments: cluster options as JSON, tenant id. */
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLog } from '../../../kernel/index.ts';
import { configure, openPlatform } from '../../../platform/index.ts';
import type { Content } from '../index.ts';

const [options = '{}', tenantId = '', frames = '2'] = process.argv.slice(2);
const configuration = configure({ name: 'child', options: JSON.parse(options) }, { folder: tmpdir() });
await using platform = await openPlatform(configuration, { level: 'migrated', log: silentLog });

// Asked for more only once what it gave before is stored: at this point it lies in frames, or in memory.
async function* bytes() {
  for (let i = 0; i < Number(frames); i++) yield Buffer.alloc(8 * 1024 * 1024, i + 1);
  console.log('staged');
  await delay(60_000);
}
await platform.use<Content>('content').put({ tenantId }, { kind: 'file' }, bytes());
