import { type RouteDescriptor, type RouteRequest, type RouteStream, Type } from 'plinth/kernel';
import type { Tenancy } from 'plinth/tenancy';
import type { Mail } from '../mail.ts';

/** Mail is shown to staff under a running grant only: for a reason, for a time, on record. */
async function glassOf(request: RouteRequest) {
  const tenancy = request.use<Tenancy>('tenancy');
  const { id: tenantId } = await tenancy.find(request.params.tenant ?? '');
  return { tenantId, threads: request.use<Mail>('mail').threads, glass: await tenancy.breakGlass.takeOf(request.account?.name, tenantId) };
}

export const mailRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/mail/:tenant/threads',
    summary: 'Conversations of a tenant, newest first',
    role: 'viewer',
    query: Type.Object({
      search: Type.Optional(Type.String({ maxLength: 200, description: 'Part of a subject or sender, whatever its case.' })),
      cursor: Type.Optional(Type.String({ maxLength: 200, description: 'nextCursor of the page before.' })),
      limit: Type.Integer({ default: 50, minimum: 1, maximum: 200, description: 'Threads on a page.' }),
    }),
    async handler(request) {
      const query = request.query as { search?: string; cursor?: string; limit: number };
      const { tenantId, threads, glass } = await glassOf(request);
      return glass.run(() => threads.list(tenantId, query));
    },
  },
  {
    method: 'GET',
    path: '/mail/:tenant/threads/:id',
    summary: 'A conversation with the text of its messages',
    role: 'viewer',
    async handler(request) {
      const { tenantId, threads, glass } = await glassOf(request);
      return glass.run(() => threads.read(tenantId, request.params.id ?? ''));
    },
  },
  {
    method: 'GET',
    path: '/mail/:tenant/messages/:id/source',
    summary: 'The raw message, bit for bit',
    role: 'viewer',
    async handler(request): Promise<RouteStream> {
      const id = request.params.id ?? '';
      const { tenantId, threads, glass } = await glassOf(request);
      const stream = glass.stream(await glass.run(() => threads.source(tenantId, id)));
      return { stream, contentType: 'text/plain', fileName: `${id}.eml` };
    },
  },
];
