/** Runs jobs of `timed` for one of the contestants, and says of each when its handler was called. */
import { openGraphile } from './peers.ts';
import { openTold, type Told } from './torture-process.ts';

/** What it is started with, as JSON in its first argument. */
export type Contestant =
  | { readonly who: 'plinth'; readonly told: Told }
  | { readonly who: 'graphile-worker'; readonly connectionString: string };
/** Nanoseconds of the one clock that all processes of the machine have. */
export interface Arrival {
  readonly n: number;
  readonly ns: string;
}

const contestant = JSON.parse(process.argv[2] ?? '') as Contestant;
const arrived = (payload: unknown) => {
  const arrival: Arrival = { n: (payload as { n: number }).n, ns: String(process.hrtime.bigint()) };
  process.send?.(arrival);
};

if (contestant.who === 'plinth') {
  const queue = await openTold(contestant.told);
  queue.define({ name: 'timed', queue: 'default', handler: (job) => arrived(job.payload) });
  await queue.definitions.sync();
  for (const service of queue.services) await service.start();
} else {
  const graphile = await openGraphile(contestant.connectionString);
  await graphile.run({ timed: async (payload) => arrived(payload) });
}
process.send?.('ready');
