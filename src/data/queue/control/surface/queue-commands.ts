import { type CommandDescriptor, Type } from '../../../../kernel/index.ts';
import { bands } from '../../model/bands.ts';
import { acting, queueOf, tenantIdOf } from '../../surface/asking.ts';

const unit = Type.Union([Type.Literal('queue'), Type.Literal('type'), Type.Literal('tenant')], {
  default: 'queue',
  description: 'What the name is of.',
});

/** What holds of a queue, a job type or a tenant. */
export const queueCommands: readonly CommandDescriptor[] = [
  ...(['pause', 'resume'] as const).map(
    (action): CommandDescriptor => ({
      name: `queue ${action}`,
      summary:
        action === 'pause' ? 'Begin nothing of a queue, job type or tenant any more; what runs goes on.' : 'Go on with what was paused.',
      needs: 'migrated',
      arguments: [{ name: 'name', meaning: 'of the queue, job type or tenant' }],
      flags: Type.Object({ of: unit }),
      async run(input) {
        const name = input.args.name as string;
        const { of } = input.flags as { of: 'queue' | 'type' | 'tenant' };
        const what = of === 'tenant' ? { tenantId: await tenantIdOf(input, name) } : of === 'type' ? { type: name } : { queue: name };
        await queueOf(input).control[action](what, acting());
        return { data: { [action]: name }, text: `${name} ${action === 'pause' ? 'is paused' : 'goes on'}.` };
      },
    }),
  ),
  {
    name: 'queue drain',
    summary: 'Pause a queue and wait until nothing of it runs any more.',
    needs: 'migrated',
    arguments: [{ name: 'queue', meaning: 'name of the queue' }],
    flags: Type.Object({
      timeoutS: Type.Integer({ default: 600, minimum: 1, maximum: 86_400, unit: 's', description: 'Wait at most so long.' }),
    }),
    async run(input) {
      const name = input.args.queue as string;
      await queueOf(input).control.drain(name, {
        ...acting(),
        timeoutMs: Number(input.flags.timeoutS) * 1000,
        signal: input.signal,
        onProgress: (running) => input.progress(`${running} still run`),
      });
      return { data: { drained: name }, text: `Nothing of ${name} runs, and it is paused. "plinth queue resume ${name}" goes on.` };
    },
  },
  {
    name: 'queue weights',
    summary: 'Shares of processing time of the five effective bands of a queue, or set them.',
    needs: 'migrated',
    arguments: [
      { name: 'queue', meaning: 'name of the queue' },
      { name: 'weights', meaning: 'five numbers by comma, Critical first', isOptional: true },
    ],
    async run(input) {
      const { queue: name = '', weights: given } = input.args as { queue?: string; weights?: string };
      const queue = queueOf(input);
      if (given !== undefined) await queue.control.setWeights(name, given.split(',').map(Number), acting());
      const { id } = await queue.definitions.queue(name);
      const { weights = [] } = (await queue.control.queues()).find((one) => one.id === id) ?? {};
      return { data: { queue: name, weights }, table: { columns: [...bands], rows: [[...weights]] } };
    },
  },
];
