/** Fires whatever is due, without asking who leads; killed or frozen by schedulers.db.test.ts. Argument: options as JSON. */
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connect } from '../../../foundation/connect/index.ts';
import { silentLog } from '../../../kernel/index.ts';
import { configure, openPlatform } from '../../../platform/index.ts';
import { asOwner } from '../context.ts';
import { fireDue } from '../scheduler.ts';

const configuration = configure({ name: 'child', options: JSON.parse(process.argv[2] ?? '{}') }, { folder: tmpdir() });
await using platform = await openPlatform(configuration, { level: 'migrated', log: silentLog });
const run = asOwner(platform.use<Connect>('connect'));
console.log('firing');
for (;;) await delay(Math.min(50, await fireDue(run, { log: silentLog, missed() {} })));
