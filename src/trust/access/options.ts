import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

const password = (role: string) =>
  Type.Optional(
    Type.String({
      pattern: '^[!-~]{32,}$',
      secret: true,
      description: `Password of ${role}, at least 32 printable ASCII characters; for attached servers. Default: made at random and kept in <dataDir>/secrets.json.`,
    }),
  );

export const accessOptions = defineOptions(
  'access',
  Type.Object({
    appPassword: password('plinth_app'),
    migratorPassword: password('plinth_migrator'),
  }),
);
export type AccessOptions = OptionsOf<typeof accessOptions>;
