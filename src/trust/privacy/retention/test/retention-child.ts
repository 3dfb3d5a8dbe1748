/** Enforces retention and says how far it is; killed by retention.db.test.ts. Arguments: options as JSON. */
import { tmpdir } from 'node:os';
import { silentLog } from '../../../../kernel/index.ts';
import { configure, openPlatform } from '../../../../platform/index.ts';
import type { Privacy } from '../../index.ts';

const [options = '{}'] = process.argv.slice(2);
const configuration = configure({ name: 'child', options: JSON.parse(options) }, { folder: tmpdir() });
await using platform = await openPlatform(configuration, { level: 'migrated', log: silentLog });
await platform.use<Privacy>('privacy').retention.run({ onProgress: (line) => void process.stdout.write(`${line}\n`) });
