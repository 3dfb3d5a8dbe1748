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
  }),
);

export type PartitionOptions = OptionsOf<typeof partitionOptions>;
