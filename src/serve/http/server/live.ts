import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import {
  type Clock,
  type Log,
  loop,
  messageOf,
  type RouteDescriptor,
  type RouteRequest,
  type Service,
  Type,
} from '../../../kernel/index.ts';
import { isAllowed } from '../model/roles.ts';
import { measure } from './cost.ts';

interface Topic {
  readonly route: RouteDescriptor;
  readonly readers: Set<PassThrough>;
  readonly service: Service;
  /** The last event, sent at once to who comes later. */
  last?: string;
}

const intervalMs = 5_000;

/**
 * `GET /api/events?path=/cluster/status&path=…`: the answers of parameterless GET endpoints as they change, one
 * stream a page. An endpoint is asked once per interval however many pages watch it, and not at all when none does.
 */
export function registerLive(
  app: FastifyInstance,
  deps: { readonly routes: readonly RouteDescriptor[]; readonly use: RouteRequest['use']; readonly clock: Clock; readonly log: Log },
): AsyncDisposable {
  const watchable = new Map(deps.routes.filter((r) => r.method === 'GET' && !r.path.includes(':')).map((r) => [r.path, r]));
  const topics = new Map<string, Topic>();

  const open = (route: RouteDescriptor): Topic => {
    const readers = new Set<PassThrough>();
    const run = async (signal: AbortSignal) => {
      const { result, cost } = await measure(() => route.handler({ params: {}, query: {}, body: undefined, signal, use: deps.use }));
      topic.last = event(route.path, { path: route.path, body: result, databaseMs: cost.databaseMs, transactions: cost.transactions });
      // A reader that cannot keep up skips rounds instead of filling memory.
      for (const reader of readers) if (!reader.writableNeedDrain) reader.write(topic.last);
    };
    const service = loop(deps, { name: `live ${route.path}`, intervalMs, run });
    const topic: Topic = { route, readers, service };
    topics.set(route.path, topic);
    service.start();
    return topic;
  };

  const leave = (topic: Topic, reader: PassThrough) => {
    topic.readers.delete(reader);
    if (topic.readers.size > 0) return;
    topics.delete(topic.route.path);
    topic.service.stop().catch((error: unknown) => deps.log.error('a live topic did not stop', { error: messageOf(error) }));
  };

  app.get<{ Querystring: { path: string[] } }>(
    '/api/events',
    {
      config: { role: 'viewer' },
      schema: { querystring: Type.Object({ path: Type.Array(Type.String(), { minItems: 1, maxItems: 8, uniqueItems: true }) }) },
    },
    async (request, reply) => {
      const { account, expires } = request.session as NonNullable<typeof request.session>;
      const routes = request.query.path.flatMap((path) => watchable.get(path) ?? []).filter((r) => isAllowed(account.role, r.role));
      const reader = new PassThrough();
      reader.write('retry: 3000\n\n');
      const joined = routes.map((route) => topics.get(route.path) ?? open(route));
      for (const topic of joined) {
        topic.readers.add(reader);
        if (topic.last) reader.write(topic.last);
      }
      const expiry = setTimeout(() => reader.end(), Math.min(expires.getTime() - deps.clock.now().getTime(), 2 ** 31 - 1));
      reader.once('close', () => {
        clearTimeout(expiry);
        for (const topic of joined) leave(topic, reader);
      });
      return reply.type('text/event-stream').send(reader);
    },
  );

  return {
    async [Symbol.asyncDispose]() {
      const open = [...topics.values()];
      for (const topic of open) for (const reader of topic.readers) reader.end();
      await Promise.all(open.map((topic) => topic.service.stop()));
    },
  };
}

const event = (id: string, data: unknown) => `event: update\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
