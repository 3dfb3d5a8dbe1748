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
    passwordCommand: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description:
          'Program with its arguments that prints the password of the login in PLINTH_LOGIN; asked for each new connection, so that it may be a token that lives for minutes (IAM, a vault). For attached servers.',
      }),
    ),
    tlsNames: Type.Optional(
      Type.String({
        description:
          'Host names and addresses, separated by commas, by which others reach the server of this platform, for its certificate; localhost, 127.0.0.1 and ::1 always are.',
      }),
    ),
  }),
);
export type AccessOptions = OptionsOf<typeof accessOptions>;
