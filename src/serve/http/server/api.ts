import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { RouteDescriptor, RouteRequest, RouteStream } from '../../../kernel/index.ts';
import { type DatabaseCost, measure } from './cost.ts';

type Use = RouteRequest['use'];

/** Registers the endpoints of all capabilities below /api, with their schemas and roles. */
export function registerApi(app: FastifyInstance, deps: { readonly routes: readonly RouteDescriptor[]; readonly use: Use }): void {
  for (const route of deps.routes) {
    app.route({
      method: route.method,
      url: `/api${route.path}`,
      config: { role: route.role },
      schema: { summary: route.summary, ...(route.query && { querystring: route.query }), ...(route.body && { body: route.body }) },
      handler: async (request, reply) => {
        const started = performance.now();
        const { result, cost } = await measure(() =>
          route.handler({
            params: request.params as Record<string, string>,
            query: request.query as Record<string, unknown>,
            body: request.body,
            ...(request.session && { account: { name: request.session.account.name, role: request.session.account.role } }),
            signal: signalOf(reply),
            use: deps.use,
          }),
        );
        reply.header('server-timing', serverTiming(cost, performance.now() - started));
        if (result === undefined) return reply.code(204).send();
        return isStream(result) ? sendStream(reply, result) : result;
      },
    });
  }
}

/** What a page shows of the cost of its own queries. */
function serverTiming(cost: DatabaseCost, totalMs: number): string {
  return `db;dur=${cost.databaseMs.toFixed(1)};desc="${cost.transactions}", total;dur=${totalMs.toFixed(1)}`;
}

/** Aborted when the client goes away before the answer was complete. The request's own `close` comes too early for that: with the body. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

function isStream(result: unknown): result is RouteStream {
  return typeof result === 'object' && result !== null && 'stream' in result && 'contentType' in result;
}

// Stored bytes are somebody else's: saved, never shown as a page of ours, whatever type they claim.
function sendStream(reply: FastifyReply, { stream, contentType, fileName }: RouteStream): FastifyReply {
  const name = fileName === undefined ? '' : `; filename*=UTF-8''${encodeName(fileName)}`;
  return reply
    .headers({
      'content-type': contentType,
      'content-disposition': `attachment${name}`,
      'content-security-policy': "default-src 'none'; sandbox",
    })
    .send(Readable.from(stream));
}

/** RFC 5987: what encodeURIComponent leaves alone but an attr-char is not. Line breaks cannot survive it. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
