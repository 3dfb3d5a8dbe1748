import { defineOptions, type OptionsOf, Type } from '../kernel/index.ts';

export const platformOptions = defineOptions(
  'platform',
  Type.Object({
    dataDir: Type.String({
      default: '.plinth',
      description: 'Folder of databases, secrets and lock file; relative to the configuration file. Short form: --data.',
    }),
    onBoot: Type.Optional(
      Type.Union([Type.Literal('apply'), Type.Literal('verify')], {
        description:
          'Whether pending migrations are applied at start or only reported. Default: apply on a server of ours, verify on an attached one.',
      }),
    ),
    logLevel: Type.Union([Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')], {
      default: 'warn',
      description: 'Least severity that is written to standard error, one JSON object a line.',
    }),
  }),
);

export type PlatformOptions = OptionsOf<typeof platformOptions>;
