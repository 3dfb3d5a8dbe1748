import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const contentOptions = defineOptions(
  'content',
  Type.Object({
    maxObjectBytes: Type.Integer({
      default: 25 * 1024 * 1024,
      minimum: 1,
      maximum: 1024 ** 3,
      unit: 'bytes',
      description: 'Largest object that is accepted. Streams need constant memory whatever it is; messages are put together in memory.',
    }),
    algorithm: Type.Union([Type.Literal('zstd'), Type.Literal('lz4'), Type.Literal('gzip'), Type.Literal('none')], {
      default: 'zstd',
      description:
        'What new frames are compressed with when it pays; lz4 where the processor is the limit. Frames that are stored keep theirs.',
    }),
  }),
);
export type ContentOptions = OptionsOf<typeof contentOptions>;
