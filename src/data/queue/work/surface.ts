import { once } from 'node:events';
import { type CommandDescriptor, Type } from '../../../kernel/index.ts';
import type { Queue } from '../model/types.ts';

export const workCommands: readonly CommandDescriptor[] = [
  {
    name: 'worker',
    summary: 'run jobs in this process and stay until Ctrl-C',
    description:
      'Runs the jobs of all queues whose handlers this product defines, or of some pools only: plinth worker --pools email,analytics\n' +
      'At the end, jobs that have not begun are given back at once, and running ones have half a minute. "plinth up" runs jobs as well.',
    needs: 'migrated',
    flags: Type.Object({ pools: Type.Optional(Type.String({ description: 'names of pools, by comma; default: all' })) }),
    async run({ flags, signal, use, progress, print }) {
      const pools = (flags.pools as string | undefined)
        ?.split(',')
        .map((name) => name.trim())
        .filter(Boolean);
      const queue = use<Queue>('queue');
      const worker = queue.worker(pools);
      worker.start();
      const types = queue.definitions.defined().filter(({ handler }) => handler);
      const names = types.map(({ name }) => name).join(', ');
      const text =
        types.length > 0 ? `Running jobs: ${names}. Ctrl-C ends it.` : 'No job type with a handler is defined: nothing will run here.';
      await print({ data: { types: types.map(({ name }) => name), pools: pools ?? null }, text });
      if (!signal.aborted) await once(signal, 'abort');
      progress('Stopping …');
      await worker.stop();
      const { recorded } = worker.counts();
      return { data: { recorded }, text: `Stopped after ${recorded} runs.` };
    },
  },
];
