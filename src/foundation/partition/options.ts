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
    retentionIntervalMs: Type.Integer({
      default: 60 * 60_000,
      minimum: 1_000,
      unit: 'ms',
      description: 'Time between two looks behind the retention line.',
    }),
    graceDays: Type.Number({
      default: 7,
      minimum: 0,
      unit: 'days',
      description: 'How long a detached partition stays beside the others and can be attached again, before it is archived and dropped.',
    }),
    archiveChunkBytes: Type.Integer({
      default: 64 * 1024 * 1024,
      minimum: 1024,
      unit: 'bytes',
      description: 'Size of one file of an archive before it is compressed.',
    }),
    lockDeadlineMs: Type.Integer({
      default: 60_000,
      minimum: 100,
      unit: 'ms',
      description: 'How long a detach or drop tries for its locks, at most 2 s at a time; then it is left to the next round.',
    }),
  }),
);

export type PartitionOptions = OptionsOf<typeof partitionOptions>;
