import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventBus } from '../../../kernel/index.ts';
import type { Accounts } from '../accounts.ts';
import { httpErrors } from '../errors.ts';
import { hostName, isLoopback } from '../model/addresses.ts';
import { readCookie } from '../model/cookies.ts';
import { isAllowed } from '../model/roles.ts';
import { csrfToken, isSameToken } from '../tokens.ts';
import './requests.ts';

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The name carries the port: browsers keep cookies per host, and two platforms may run on one. */
export function sessionCookieName(request: FastifyRequest): string {
  return `plinth_${request.socket.localPort}`;
}

/** Hooks that stand before every handler: host, headers, origin, session, role, CSRF token. */
export function registerGuard(
  app: FastifyInstance,
  deps: { readonly accounts: Accounts; readonly events: EventBus; readonly certificate: X509Certificate | undefined },
): void {
  app.decorateRequest('session', undefined);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-request-id': request.id,
    });
    if (deps.certificate) reply.header('strict-transport-security', 'max-age=31536000');
    // Against DNS rebinding: a foreign name that resolves to this machine would make foreign scripts same-origin.
    const host = hostName(request.headers.host);
    if (!isLoopback(host) && !isNamed(deps.certificate, host)) throw httpErrors.UNKNOWN_HOST({ host });
  });

  app.addHook('onRequest', async (request, reply) => {
    const { role } = request.routeOptions.config;
    if (role === undefined) return;
    reply.header('cache-control', 'no-store');
    const isUnsafe = request.method !== 'GET' && request.method !== 'HEAD';
    if (isUnsafe && !isSameOrigin(request)) throw refuse(request, 'foreign origin');
    const token = readCookie(request.headers.cookie, sessionCookieName(request));
    const session = token === undefined ? undefined : await deps.accounts.findSession(token);
    if (session && token) request.session = { ...session, token };
    if (role === 'nobody') return;
    if (!request.session) throw httpErrors.NOT_SIGNED_IN();
    if (isUnsafe && !isSameToken(request.headers['x-plinth-csrf'], csrfToken(request.session.token)))
      throw refuse(request, 'no CSRF token');
    const { account } = request.session;
    if (!isAllowed(account.role, role)) {
      emit(request, `role ${account.role}, needs ${role}`);
      throw httpErrors.ROLE_TOO_WEAK({ role: account.role, needed: role });
    }
  });

  const emit = (request: FastifyRequest, reason: string) =>
    deps.events.emit('security', {
      eventType: 'console.refused',
      severity: 'medium',
      action: `${request.method} ${request.routeOptions.url ?? request.url}`,
      success: false,
      reason: `${reason}; account ${request.session?.account.name ?? 'none'}, address ${request.ip}`,
    });

  const refuse = (request: FastifyRequest, reason: string) => {
    emit(request, reason);
    return httpErrors.FOREIGN_ORIGIN();
  };
}

function isNamed(certificate: X509Certificate | undefined, host: string): boolean {
  if (!certificate || host === '') return false;
  return (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined;
}

function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return request.headers.origin === `${request.protocol}://${request.headers.host}` && (site === undefined || site === 'same-origin');
}
