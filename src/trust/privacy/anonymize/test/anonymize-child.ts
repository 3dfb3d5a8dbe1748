/** Makes an anonymous copy and says how far it is; killed by anonymize.db.test.ts. Arguments: options as JSON, URL of the target. */
import { tmpdir } from 'node:os';
import { silentLog } from '../../../../kernel/index.ts';
import { configure, openPlatform } from '../../../../platform/index.ts';
import type { Privacy } from '../../index.ts';

const [options = '{}', url = ''] = process.argv.slice(2);
const configuration = configure({ name: 'child', options: JSON.parse(options) }, { folder: tmpdir() });
await using platform = await openPlatform(configuration, { level: 'migrated', log: silentLog });
const onProgress = (line: string) => {
  process.stdout.write(`${line}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
};
await platform.use<Privacy>('privacy').anonymizer.anonymize({ targets: { oltp: url }, onProgress });
