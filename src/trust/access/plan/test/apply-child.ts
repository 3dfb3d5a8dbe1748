import { createEventBus, silentLog, systemClock, type Tier } from '../../../../kernel/index.ts';
import { openParts } from '../../parts.ts';

const { endpoint, dataDir, options } = JSON.parse(process.argv[2] ?? '{}');
const access = openParts(
  {
    endpoint: (tier: Tier) => ({ ...endpoint, database: tier }),
    dataDir,
    clock: systemClock,
    log: silentLog,
    events: createEventBus(),
    mode: 'embedded',
    installRules: async () => false,
    platformSchemas: ['vault'],
  },
  options,
);
await access.plans.apply();
