import { randomUUID, X509Certificate } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Clock, EventBus, Log, RouteDescriptor, RouteRequest } from '../../../kernel/index.ts';
import type { Accounts } from '../accounts.ts';
import { registerApi } from './api.ts';
import { registerFiles } from './files.ts';
import { registerGuard } from './guard.ts';
import { registerLive } from './live.ts';
import { registerProblems } from './problems.ts';
import { registerSignIn } from './sign-in.ts';

export interface ServerDeps {
  readonly accounts: Accounts;
  readonly routes: readonly RouteDescriptor[];
  readonly use: RouteRequest['use'];
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  readonly staticDir?: string | undefined;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** Puts the server together; it does not listen yet. Closing it ends event streams and waits for running requests. */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: 1_048_576,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array', strict: false } },
    ...(deps.tls && { https: { ...deps.tls, minVersion: 'TLSv1.2' as const } }),
  }) as unknown as FastifyInstance;

  registerProblems(app, deps.log);
  registerGuard(app, { ...deps, certificate: deps.tls && new X509Certificate(deps.tls.cert) });
  registerSignIn(app, { ...deps, isSecure: deps.tls !== undefined });
  registerApi(app, deps);
  const live = registerLive(app, deps);
  app.addHook('preClose', () => live[Symbol.asyncDispose]());
  await registerFiles(app, deps.staticDir);
  return app;
}
