import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const queueOptions = defineOptions(
  'queue',
  Type.Object({
    slots: Type.Integer({
      default: 20,
      minimum: 1,
      maximum: 10_000,
      description: 'Jobs that this process runs at the same time, of each pool, when it begins.',
    }),
    maxSlots: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 10_000,
      description: 'To how many that may grow where more is waiting than gets done; never more than processors and connections allow.',
    }),
    drainMs: Type.Integer({
      default: 30_000,
      minimum: 0,
      maximum: 3_600_000,
      description:
        'Milliseconds that running jobs have to end when their process has to; then they are told to, and are run again elsewhere.',
    }),
    handlerVersion: Type.String({
      default: '',
      maxLength: 100,
      description: 'What the handlers of this process are called in the list of workers and with dead letters, e.g. a release or a commit.',
    }),
  }),
);
export type QueueOptions = OptionsOf<typeof queueOptions>;
