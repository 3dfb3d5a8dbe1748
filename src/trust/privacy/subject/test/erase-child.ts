/** Erases a person and says what it does; killed by erase.db.test.ts. Arguments: options as JSON, identifier. */
import { tmpdir } from 'node:os';
import { silentLog } from '../../../../kernel/index.ts';
import { configure, openPlatform } from '../../../../platform/index.ts';
import type { Privacy } from '../../index.ts';

const [options = '{}', identifier = ''] = process.argv.slice(2);
const configuration = configure({ name: 'child', options: JSON.parse(options) }, { folder: tmpdir() });
await using platform = await openPlatform(configuration, { level: 'migrated', log: silentLog });
// Each line is waited for, so that whoever reads it can end the process before the step it names.
const onProgress = (line: string) => {
  process.stdout.write(`${line}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
};
await platform.use<Privacy>('privacy').subjects.erase({ identifier, purpose: 'letter 17', onProgress });
