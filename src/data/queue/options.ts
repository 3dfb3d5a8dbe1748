import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const queueOptions = defineOptions(
  'queue',
  Type.Object({
    slots: Type.Integer({
      default: 20,
      minimum: 1,
      maximum: 10_000,
      description: 'Jobs that this process runs at the same time, of each pool.',
    }),
  }),
);
export type QueueOptions = OptionsOf<typeof queueOptions>;
