import { type RouteDescriptor, type RouteRequest, type RouteStream, Type } from 'plinth/kernel';
import type { Tenancy } from 'plinth/tenancy';
import type { Mail } from '../mail.ts';

const tenantOf = async (request: RouteRequest) => (await request.use<Tenancy>('tenancy').find(request.params.tenant ?? '')).id;

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
      return request.use<Mail>('mail').threads.list(await tenantOf(request), query);
    },
  },
  {
    method: 'GET',
    path: '/mail/:tenant/threads/:id',
    summary: 'A conversation with the text of its messages',
    role: 'viewer',
    async handler(request) {
      return request.use<Mail>('mail').threads.read(await tenantOf(request), request.params.id ?? '');
    },
  },
  {
    method: 'GET',
    path: '/mail/:tenant/messages/:id/source',
    summary: 'The raw message, bit for bit',
    role: 'viewer',
    async handler(request): Promise<RouteStream> {
      const id = request.params.id ?? '';
      const stream = await request.use<Mail>('mail').threads.source(await tenantOf(request), id);
      return { stream, contentType: 'text/plain', fileName: `${id}.eml` };
    },
  },
];
