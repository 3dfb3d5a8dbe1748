// A process of its own that takes a conversion through some steps and kills itself where it is told to.
import { createEventBus, silentLog, systemClock, withDefaults } from '../../../../kernel/index.ts';
import type { Endpoint } from '../../../cluster/index.ts';
import { connectOptions, openConnect } from '../../../connect/index.ts';
import { migrateOptions, openMigrate } from '../../../migrate/index.ts';
import { type ConvertRequest, openConversions } from '../index.ts';

interface Job {
  readonly endpoint: Endpoint;
  readonly request: ConvertRequest;
  readonly steps: readonly ('convert' | 'swap' | 'finish' | 'undo')[];
  readonly killAt?: string;
}

const { endpoint, request, steps, killAt } = JSON.parse(process.argv[2] ?? '') as Job;
const deps = { clock: systemClock, log: silentLog };
await using connect = await openConnect({ ...deps, events: createEventBus(), endpoint: () => endpoint }, withDefaults(connectOptions));
const { backfills } = openMigrate({ ...deps, connect, sources: [] }, { ...withDefaults(migrateOptions), lockDeadlineMs: 60_000 });
const conversions = openConversions({ ...deps, connect, backfills, lockDeadlineMs: 60_000 });

const onProgress = (line: string) => {
  console.log(line);
  if (killAt && new RegExp(killAt).test(line)) process.kill(process.pid, 'SIGKILL');
};
for (const step of steps) {
  onProgress(`step ${step}`);
  if (step === 'convert') await conversions.convert(request, { onProgress });
  else await conversions[step](request.table, { onProgress });
}
console.log('all done');
