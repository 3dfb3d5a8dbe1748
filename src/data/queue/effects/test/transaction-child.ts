/** Runs jobs, each up to the point that its payload names, until transaction.db.test.ts kills it. Argument: options as JSON. */
import { tmpdir } from 'node:os';
import { silentLog } from '../../../../kernel/index.ts';
import { configure, openPlatform } from '../../../../platform/index.ts';
import type { Queue } from '../../index.ts';
import { defineBooking } from './transaction-fixture.ts';

const configuration = configure({ name: 'child', options: JSON.parse(process.argv[2] ?? '{}') }, { folder: tmpdir() });
const platform = await openPlatform(configuration, { level: 'migrated', log: silentLog });
const queue = platform.use<Queue>('queue');
defineBooking(queue, async ({ payload }, point) => {
  if ((payload as { point: string }).point !== point) return;
  console.log(`at ${point}`);
  await new Promise(() => {});
});
queue.worker().start();
