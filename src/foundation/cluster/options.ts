import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

const url = (tier: string) =>
  Type.Optional(
    Type.String({
      description: `URL of the attached server that holds the ${tier} tier: postgres://user:password@host:port/database`,
      secret: true,
      pattern: '^postgres(ql)?://',
    }),
  );

export const clusterOptions = defineOptions(
  'cluster',
  Type.Object({
    engine: Type.Union([Type.Literal('auto'), Type.Literal('embedded'), Type.Literal('system'), Type.Literal('attached')], {
      default: 'auto',
      description:
        'Which PostgreSQL: the bundled one, one installed here (17 or newer), or attached servers. auto: attached where URLs are given, else embedded',
    }),
    port: Type.Integer({
      default: 5432,
      minimum: 0,
      maximum: 65535,
      description: 'First TCP port tried on 127.0.0.1; the next free one is taken and reported. 0: any free port',
    }),
    bin: Type.Optional(Type.String({ description: 'Folder with initdb and postgres for engine system; searched for when absent' })),
    workload: Type.Union([Type.Literal('development'), Type.Literal('transactions'), Type.Literal('mixed'), Type.Literal('analytics')], {
      default: 'development',
      description: 'What our own server is configured for. development: small when idle; the others use the whole machine',
    }),
    disk: Type.Union([Type.Literal('auto'), Type.Literal('solid'), Type.Literal('spinning')], {
      default: 'auto',
      description: 'Kind of the disk under the data folder; auto asks the operating system and assumes solid where it does not say',
    }),
    oltpUrl: url('oltp'),
    contentUrl: url('content'),
    queueUrl: url('queue'),
    olapUrl: url('olap'),
  }),
);

export type ClusterOptions = OptionsOf<typeof clusterOptions>;
