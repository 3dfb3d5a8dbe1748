// A supervisor of its own: opens the cluster of argv[2] with the options in argv[3] and stays until SIGTERM.
import { type Log, systemClock, withDefaults } from '../../../../kernel/index.ts';
import { clusterOptions, openCluster } from '../../index.ts';

const [dataDir = '', options = '{}'] = process.argv.slice(2);
const say = (message: string, fields?: object) => console.log(JSON.stringify({ message, ...fields }));
const log: Log = { debug: say, info: say, warn: say, error: say };

try {
  const cluster = await openCluster({ clock: systemClock, log, dataDir }, withDefaults(clusterOptions, JSON.parse(options)));
  process.once('SIGTERM', async () => {
    await cluster[Symbol.asyncDispose]();
    say('closed');
  });
  say('open', { isOwner: cluster.isOwner, ...cluster.endpoint('oltp') });
} catch (error) {
  say('failed', { code: (error as { code?: string }).code, text: (error as Error).message });
  process.exitCode = 1;
}
