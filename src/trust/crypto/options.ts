import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const cryptoOptions = defineOptions(
  'crypto',
  Type.Object({
    key: Type.Optional(
      Type.String({
        minLength: 1,
        secret: true,
        description:
          'The master key that wraps all data keys: 32 bytes as base64 or hexadecimal. Behind it, separated by commas, older ones that still open what they wrapped.',
      }),
    ),
    keyFile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'A file with the master key, readable by its owner alone. Default: made beside the data folder when it is first needed.',
      }),
    ),
    keyCommand: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'A command that prints the master key, e.g. of a secrets manager. It is run once by each process, when a key is first needed.',
      }),
    ),
    diskAttestation: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'How the disks of the servers are encrypted where it cannot be seen from here, e.g. by a cloud volume; shown as attested, with this text.',
      }),
    ),
  }),
);

export type CryptoOptions = OptionsOf<typeof cryptoOptions>;
