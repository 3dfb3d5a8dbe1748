import { once } from 'node:events';
import { type CommandDescriptor, Type } from '../../../kernel/index.ts';
import type { OpenedQueue } from '../queue.ts';

export const workCommands: readonly CommandDescriptor[] = [
  {
    name: 'worker',
    summary: 'run jobs in this process, or several, and stay until Ctrl-C',
    description:
      'Runs the jobs of all queues whose handlers this product defines, or of some pools only: plinth worker --pools email,analytics\n' +
      'With --processes 4 it runs four such processes instead, and replaces one that dies; each has the slots of a process.\n' +
      'At the end, jobs that have not begun are given back at once, and running ones have half a minute. "plinth up" runs jobs as well.',
    needs: 'migrated',
    flags: Type.Object({
      pools: Type.Optional(Type.String({ description: 'names of pools, by comma; default: all' })),
      processes: Type.Integer({
        default: 1,
        minimum: 1,
        maximum: 256,
        description: 'processes of this host that run jobs; more than one when one processor is not enough',
      }),
    }),
    async run({ flags, signal, use, progress, print }) {
      const queue = use<OpenedQueue>('queue');
      const count = flags.processes as number;
      if (count > 1) {
        // The last word counts: they are workers themselves.
        const command = { script: process.argv[1] as string, args: [...process.argv.slice(2), '--processes', '1'] };
        const processes = await queue.workerProcesses(command, count);
        const { pids } = processes;
        await print({ data: { pids }, text: `Running jobs in ${count} processes: ${pids.join(', ')}. Ctrl-C ends them.` });
        if (!signal.aborted) await once(signal, 'abort');
        progress('Stopping …');
        await processes.stop();
        return { data: { stopped: count }, text: `Stopped ${count} processes.` };
      }
      const pools = (flags.pools as string | undefined)
        ?.split(',')
        .map((name) => name.trim())
        .filter(Boolean);
      const worker = queue.worker(pools);
      worker.start();
      const types = queue.definitions.defined().filter(({ handler }) => handler);
      const names = types.map(({ name }) => name).join(', ');
      const text =
        types.length > 0 ? `Running jobs: ${names}. Ctrl-C ends it.` : 'No job type with a handler is defined: nothing will run here.';
      await print({ data: { types: types.map(({ name }) => name), pools: pools ?? null }, text });
      const orphaned = new AbortController();
      const end = () => orphaned.abort();
      // Whoever started it with a channel has closed that, or is gone.
      process.once('disconnect', end);
      if (process.connected === false) end();
      const told = AbortSignal.any([signal, orphaned.signal]);
      if (!told.aborted) await once(told, 'abort');
      process.off('disconnect', end);
      progress('Stopping …');
      await worker.stop();
      const { recorded } = worker.counts();
      return { data: { recorded }, text: `Stopped after ${recorded} runs.` };
    },
  },
];
