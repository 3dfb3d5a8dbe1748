import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const migrateOptions = defineOptions(
  'migrate',
  Type.Object({
    order: Type.Union([Type.Literal('any'), Type.Literal('strict')], {
      default: 'any',
      description:
        'What happens to a file that sorts before an applied one of its source: "any" applies it and says so, "strict" refuses the run.',
    }),
    lockDeadlineMs: Type.Optional(
      Type.Integer({
        minimum: 100,
        unit: 'ms',
        description:
          'How long a run waits for another run, and a statement for its lock. Default: 1 minute on a server of ours, 40 minutes on an attached one.',
      }),
    ),
    downWindow: Type.Optional(
      Type.String({
        description:
          'When schema of an attached server may be taken back: an ISO 8601 interval of at most 24 h, such as 2026-01-31T22:00Z/2026-02-01T02:00Z. The flag --window says the same once.',
      }),
    ),
    environment: Type.Optional(
      Type.Union([Type.Literal('development'), Type.Literal('staging'), Type.Literal('production')], {
        description:
          'What these databases are for. "production" applies only what others have approved. Default: development on a server of ours, staging on an attached one.',
      }),
    ),
    largeTableBytes: Type.Integer({
      default: 104_857_600,
      minimum: 0,
      unit: 'bytes',
      description:
        'From this size on a table counts as large: its locks raise the risk, and rewriting it has to be named in the approved plan.',
    }),
    approverKeys: Type.Optional(
      Type.String({
        description: 'Folder with the public keys of approvers, "<name>.pem" (Ed25519): signed approvals of others are not accepted.',
      }),
    ),
    statementTimeoutMs: Type.Integer({
      default: 10_000,
      minimum: 100,
      unit: 'ms',
      description: 'Bound of one message of a transactional migration. A file may lower it; only this option raises it.',
    }),
  }),
);

export type MigrateOptions = OptionsOf<typeof migrateOptions>;
