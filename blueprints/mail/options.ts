import { defineOptions, type OptionsOf, Type } from 'plinth/kernel';

export const mailOptions = defineOptions(
  'mail',
  Type.Object({
    smtpUrl: Type.Optional(
      Type.String({
        secret: true,
        pattern: '^smtps?://',
        description:
          'The server that takes our mail, e.g. smtp://user:password@mail.example:587. Default: a sink in this process, which takes everything and ' +
          'delivers nothing; what it took stands in mail-sink/accepted.tsv of the data folder.',
      }),
    ),
    domainPerMinute: Type.Integer({
      default: 60,
      minimum: 1,
      maximum: 1_000_000,
      unit: 'messages',
      description: 'Most messages to one domain in a minute, of all tenants together.',
    }),
  }),
);
export type MailOptions = OptionsOf<typeof mailOptions>;
