/** Runs jobs, and writes down when each run began and ended: `began <worker> <id> <ns> <key> <n>`. */
import type { Job } from '../../src/data/queue/index.ts';
import type { OpenedQueue } from '../../src/data/queue/queue.ts';
import { systemClock } from '../../src/kernel/index.ts';
import { appendTo, openTold, type Payload, strictLine, type Told, untilUp } from './torture-process.ts';

const told = JSON.parse(process.argv[2] ?? '') as Told;
const queue = await untilUp(() => openTold(told));
const append = appendTo(told.log);
const worker = queue.services.find(({ name }) => name === 'worker') as ReturnType<OpenedQueue['worker']>;
// One clock for all processes of the machine.
const say = (what: string, { id, payload: { key, n } }: Job<Payload>) =>
  append([`${what} ${worker.facts()?.workerId} ${id} ${process.hrtime.bigint()} ${key ?? ''} ${n}`]);

queue.define<Payload>({ name: 'plain', queue: 'default', handler: async (job) => say('ended', job) });
queue.define<Payload>({
  name: 'ordered',
  queue: 'default',
  limits: strictLine,
  handler: async (job) => {
    say('began', job);
    await systemClock.sleep(1);
    say('ended', job);
  },
});
queue.define<Payload>({
  name: 'effect',
  queue: 'default',
  handler: async (job) => {
    await job.transaction('queue', async (tx) => {
      await tx.query({ text: 'insert into torture.effects (job_id) values ($1)', values: [job.id] });
      say('ended', job);
    });
  },
});
await untilUp(() => queue.definitions.sync());
for (const service of queue.services) await service.start();
