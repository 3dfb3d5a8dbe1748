import { createEventBus, silentLog, systemClock, type Tier } from '../../../../kernel/index.ts';
import { openParts } from '../../parts.ts';

const { endpoint, dataDir } = JSON.parse(process.argv[2] ?? '{}');
const access = openParts(
  {
    endpoint: (tier: Tier) => ({ ...endpoint, database: tier }),
    dataDir,
    clock: systemClock,
    log: silentLog,
    events: createEventBus(),
    mode: 'embedded',
    platformSchemas: ['vault'],
  },
  { environment: 'development' },
);
await access.plans.apply();
