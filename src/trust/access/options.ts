import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

const password = (role: string) =>
  Type.Optional(
    Type.String({
      pattern: '^[!-~]{32,}$',
      secret: true,
      description: `Password of ${role}, at least 32 printable ASCII characters; for attached servers. Default: made at random and kept in <dataDir>/secrets.json.`,
    }),
  );

const strict = { additionalProperties: false } as const;
const environmentName = Type.Union([
  Type.Literal('development'),
  Type.Literal('test'),
  Type.Literal('staging'),
  Type.Literal('production'),
  Type.Literal('administration'),
]);
const network = Type.String({ pattern: '^[0-9a-fA-F.:]+/[0-9]{1,3}$' });
const name = Type.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$' });
const milliseconds = Type.Integer({ minimum: 0 });

const environment = Type.Partial(
  Type.Object({
    logins: Type.Array(Type.Union([Type.Literal('platform'), Type.Literal('operation'), Type.Literal('service'), Type.Literal('person')])),
    from: Type.Array(network),
    definers: Type.Union([Type.Literal('people'), Type.Literal('migrator')]),
    statementTimeoutMs: milliseconds,
    idleInTransactionTimeoutMs: milliseconds,
    transactionTimeoutMs: milliseconds,
    logMinDurationMs: Type.Integer({ minimum: -1 }),
    isMasked: Type.Boolean(),
  }),
  strict,
);

const account = Type.Object(
  {
    name,
    kind: Type.Union([Type.Literal('service'), Type.Literal('person')]),
    memberOf: Type.Array(Type.String()),
    environments: Type.Optional(Type.Array(environmentName)),
    from: Type.Optional(Type.Array(network)),
    connectionLimit: Type.Optional(Type.Integer({ minimum: 0 })),
    settings: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  strict,
);

const doors = (pattern: string) => Type.Union([Type.Literal(false), Type.Array(Type.String({ pattern }), { minItems: 1 })]);

const verb = Type.Union([
  Type.Literal('select'),
  Type.Literal('insert'),
  Type.Literal('update'),
  Type.Literal('delete'),
  Type.Literal('usage'),
  Type.Literal('maintain'),
]);

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
    environment: Type.Optional(
      Type.Union(environmentName.anyOf, {
        description:
          'Which row of the table of environments holds here. Default: development on our own server, staging on attached ones, as for migrate.environment.',
      }),
    ),
    environments: Type.Optional(
      Type.Object(
        {
          development: Type.Optional(environment),
          test: Type.Optional(environment),
          staging: Type.Optional(environment),
          production: Type.Optional(environment),
          administration: Type.Optional(environment),
        },
        {
          ...strict,
          description: 'Changes to the table of environments: who may log in, from where, who defines objects, time-outs, masked or not.',
        },
      ),
    ),
    accounts: Type.Optional(
      Type.Array(account, {
        description: 'Logins of applications and people: members of the roles of the platform, each in its environments.',
      }),
    ),
    grants: Type.Optional(
      Type.Array(
        Type.Object(
          {
            role: name,
            on: Type.String({ pattern: '^[^.]+\\.[^.]+$' }),
            privileges: Type.Array(verb),
          },
          strict,
        ),
        { description: 'Privileges on objects beyond those that follow from the roles; "on" is schema.name or schema.*' },
      ),
    ),
    waivers: Type.Optional(
      Type.Array(
        Type.Object(
          { check: Type.String({ pattern: '^A[0-9]{2}$' }), subject: Type.String({ minLength: 1 }), reason: Type.String({ minLength: 5 }) },
          strict,
        ),
        {
          description:
            'Findings of "plinth access check" that are allowed, by check and subject (* at the end for anything), each with its reason.',
        },
      ),
    ),
    pgaudit: Type.Optional(
      Type.Object(
        { role: name, tables: Type.Array(Type.String({ pattern: '^[^.]+\\.[^.]+$' })) },
        {
          ...strict,
          description:
            'Says that the server loads pgaudit: statements on these tables (schema.name) are written by the privileges of this role, which nobody logs in as. Judged by A13; Plinth installs nothing.',
        },
      ),
    ),
    controlPlane: Type.Optional(
      Type.Partial(
        Type.Object({
          patroni: doors('^https?://'),
          etcd: doors('^https?://'),
          pgbouncer: doors('^postgres(ql)?://'),
          exporters: doors('^https?://'),
        }),
        {
          ...strict,
          description:
            'What steers or watches the servers from outside, by URL of something that takes credentials (Patroni: https://host:8008/config); false: there is none. Each is tried without credentials (A15).',
        },
      ),
    ),
    lockAfterFailures: Type.Boolean({
      default: false,
      description:
        'Take the login from an account of the configuration after 5 failed logins within 10 minutes from one address; those of the platform only raise the event.',
    }),
  }),
);
export type AccessOptions = Partial<OptionsOf<typeof accessOptions>>;
