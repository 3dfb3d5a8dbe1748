import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, createRateLimiter, type EventBus, Type } from '../../../kernel/index.ts';
import type { Accounts, SignedIn } from '../accounts.ts';
import { httpErrors } from '../errors.ts';
import { sessionCookie } from '../model/cookies.ts';
import { csrfToken } from '../tokens.ts';
import { sessionCookieName } from './guard.ts';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const credentials = Type.Object({ name: text(64), password: text(256) });

/** What the page knows of its session; `account` null when there is none. */
const describe = (session: SignedIn | undefined) =>
  session ? { account: session.account, expires: session.expires, csrfToken: csrfToken(session.token) } : { account: null };

/** `/api/http/session` and `/api/http/account`: the only endpoints that work without a session. */
export function registerSignIn(
  app: FastifyInstance,
  deps: { readonly accounts: Accounts; readonly events: EventBus; readonly clock: Clock; readonly isSecure: boolean },
): void {
  // Five tries at once, then one in twelve seconds: 7,200 guesses a day from one address.
  const tries = createRateLimiter({ burst: 5, intervalMs: 12_000 });

  const note = (request: FastifyRequest, action: string, success: boolean, reason: string) =>
    deps.events.emit('security', {
      eventType: success ? 'console.signed_in' : 'console.sign_in_failed',
      severity: success ? 'low' : 'medium',
      action,
      success,
      reason: `${reason}; address ${request.ip}`,
    });

  const setCookie = (request: FastifyRequest, reply: FastifyReply, value: string, maxAgeSeconds: number) =>
    reply.header('set-cookie', sessionCookie(sessionCookieName(request), value, { maxAgeSeconds, isSecure: deps.isSecure }));

  const open = async (request: FastifyRequest, reply: FastifyReply, action: string, enter: () => Promise<SignedIn>) => {
    const waitMs = tries.take(request.ip, deps.clock.monotonicMs());
    if (waitMs > 0) {
      note(request, action, false, 'too many tries');
      throw httpErrors.TOO_MANY_TRIES({ retryAfterSeconds: Math.ceil(waitMs / 1000) });
    }
    const session = await enter().catch((error: unknown) => {
      note(request, action, false, (error as { code?: string }).code ?? 'failed');
      throw error;
    });
    tries.forget(request.ip);
    note(request, action, true, `account ${session.account.name}`);
    const remainingMs = session.expires.getTime() - deps.clock.now().getTime();
    setCookie(request, reply, session.token, Math.floor(remainingMs / 1000));
    return describe(session);
  };

  app.get('/api/http/session', { config: { role: 'nobody' } }, async (request) => describe(request.session));

  app.post<{ Body: { name: string; password: string } }>(
    '/api/http/session',
    { config: { role: 'nobody' }, schema: { body: credentials } },
    (request, reply) => open(request, reply, 'password', () => deps.accounts.signIn(request.body.name, request.body.password)),
  );

  app.post<{ Body: { token: string } }>(
    '/api/http/session/link',
    { config: { role: 'nobody' }, schema: { body: Type.Object({ token: text(128) }) } },
    (request, reply) => open(request, reply, 'link', () => deps.accounts.useLink(request.body.token)),
  );

  app.delete('/api/http/session', { config: { role: 'viewer' } }, async (request, reply) => {
    if (request.session) await deps.accounts.signOut(request.session.token);
    setCookie(request, reply, '', 0);
    return describe(undefined);
  });

  app.put<{ Body: { name: string; password: string } }>(
    '/api/http/account',
    { config: { role: 'viewer' }, schema: { body: credentials } },
    async (request) => {
      const session = request.session;
      if (!session) throw httpErrors.NOT_SIGNED_IN();
      await deps.accounts.setCredentials(session, request.body.name, request.body.password);
      const found = await deps.accounts.findSession(session.token);
      return describe(found && { ...found, token: session.token });
    },
  );
}
