import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const connectOptions = defineOptions(
  'connect',
  Type.Object({
    deadlineMs: Type.Integer({
      default: 30_000,
      minimum: 100,
      unit: 'ms',
      description: 'Bound of a call that gives none: waiting, all tries and clean-up.',
    }),
    acquireTimeoutMs: Type.Integer({
      default: 5_000,
      minimum: 10,
      unit: 'ms',
      description: 'Longest wait for a connection of a full pool.',
    }),
    queueLimit: Type.Integer({
      default: 1_000,
      minimum: 0,
      description: 'Callers that may wait for one pool; the next one fails at once.',
    }),
    connectTimeoutMs: Type.Integer({
      default: 2_000,
      minimum: 50,
      unit: 'ms',
      description: 'Longest time for opening a connection, TLS and login included.',
    }),
    idleTimeoutMs: Type.Integer({
      default: 60_000,
      minimum: 100,
      unit: 'ms',
      description: 'A connection idle for longer is closed; one per pool stays and is pinged.',
    }),
    lifetimeMs: Type.Integer({
      default: 1_800_000,
      minimum: 1_000,
      unit: 'ms',
      description: 'Age at which a connection is replaced, less up to 5 %.',
    }),
    oltpConnections: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'Largest normal pool of the oltp tier; other priorities follow. Default: cores × 2 + 1, at least 8, less where the server allows less.',
      }),
    ),
    contentConnections: Type.Optional(
      Type.Integer({ minimum: 1, description: 'The same for the content tier. Default: cores + 1, at least 4.' }),
    ),
    queueConnections: Type.Optional(
      Type.Integer({ minimum: 1, description: 'The same for the queue tier: workers + 2. Default: cores + 2, at least 4.' }),
    ),
    olapConnections: Type.Optional(Type.Integer({ minimum: 1, description: 'The same for the olap tier: few and long. Default: 2.' })),
    processes: Type.Integer({
      default: 1,
      minimum: 1,
      description: 'Processes of this platform that hold pools at the same time; counted against max_connections.',
    }),
  }),
);

export type ConnectOptions = OptionsOf<typeof connectOptions>;
