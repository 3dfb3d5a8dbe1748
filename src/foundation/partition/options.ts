import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const partitionOptions = defineOptions(
  'partition',
  Type.Object({
    upkeepIntervalMs: Type.Integer({
      default: 60 * 60_000,
      minimum: 1_000,
      unit: 'ms',
      description: 'Time between two rounds of upkeep; each differs by up to a tenth, so that several processes do not meet.',
    }),
    swapDeadlineMs: Type.Integer({
      default: 10 * 60_000,
      minimum: 1_000,
      unit: 'ms',
      description: 'How long a conversion tries to get the locks of its swap before it says who is in the way; each try waits 2 s at most.',
    }),
  }),
);

export type PartitionOptions = OptionsOf<typeof partitionOptions>;
