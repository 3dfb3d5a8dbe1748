import { randomUUID, X509Certificate } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Clock, EventBus, Log, RouteDescriptor, RouteRequest } from '../../../kernel/index.ts';
import type { Accounts } from '../accounts.ts';
import { registerApi } from './api.ts';
import { registerFiles } from './files.ts';
import { registerGuard } from './guard.ts';
import { compileLate } from './late-schemas.ts';
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

const drainMs = 5_000;

/** Puts the server together; it does not listen yet. Closing it ends event streams and waits `drainMs` for running requests. */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: 1_048_576,
    requestTimeout: 30_000,
    // After `drain`: browsers also hold connections open that never carried a request.
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array', strict: false }, onCreate: compileLate },
    ...(deps.tls && { https: { ...deps.tls, minVersion: 'TLSv1.2' as const } }),
  }) as unknown as FastifyInstance;

  const drain = countRequests(app);
  registerProblems(app, deps.log);
  registerGuard(app, { ...deps, certificate: deps.tls && new X509Certificate(deps.tls.cert) });
  registerSignIn(app, { ...deps, isSecure: deps.tls !== undefined });
  registerApi(app, deps);
  const live = registerLive(app, deps);
  app.addHook('preClose', async () => {
    await live[Symbol.asyncDispose]();
    await drain();
  });
  await registerFiles(app, deps.staticDir);
  return app;
}

/** Counts requests; the function it returns resolves when none runs, after `drainMs` at the latest. */
function countRequests(app: FastifyInstance): () => Promise<void> {
  let running = 0;
  let onIdle = () => {};
  app.addHook('onRequest', async () => void running++);
  app.addHook('onResponse', async () => {
    if (--running === 0) onIdle();
  });
  return async () => {
    if (running === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    onIdle = resolve;
    const timer = setTimeout(resolve, drainMs);
    await promise.finally(() => clearTimeout(timer));
  };
}
