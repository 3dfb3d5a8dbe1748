import { createEventBus } from '../../../../kernel/index.ts';
import { openSecrets } from '../../secrets/index.ts';
import { hurried } from '../../test/hurried-clock.ts';
import { openRotation } from '../index.ts';

// Rotates, and kills itself right after the step that the third argument says.
const [dataDir = '', endpoint = '', step = ''] = process.argv.slice(2);
const secrets = await openSecrets(dataDir, {});
const rotation = openRotation({
  endpoint: () => JSON.parse(endpoint),
  secrets,
  connect: { renew: () => {} },
  isOwn: true,
  clock: hurried(20),
  events: createEventBus(),
});
await rotation.rotate('app', {
  onProgress: (line) => {
    if (line.includes(step)) process.kill(process.pid, 'SIGKILL');
  },
});
