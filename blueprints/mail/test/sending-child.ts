/** A process that sends, for tests that kill it: sending-child <folder and options as JSON>. It runs jobs until it is killed. */
import { configure, definePlatform, openPlatform } from 'plinth/platform';
import type { Queue } from 'plinth/queue';
import { mail } from '../index.ts';

const { folder, options } = JSON.parse(process.argv[2] ?? '{}');
const configuration = configure(definePlatform({ name: 'child', product: mail, options }), { folder });
const platform = await openPlatform(configuration, { level: 'migrated' });
platform.use<Queue>('queue').worker().start();
console.log('sending');
