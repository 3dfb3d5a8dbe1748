import { type RouteDescriptor, type RouteRequest, type RouteStream, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Content } from '../model/types.ts';

const subjectOf = async (request: RouteRequest, tenant: string) => ({
  tenantId: (await request.use<Tenancy>('tenancy').find(tenant)).id,
});

export const contentRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/content/savings',
    summary: 'What the store keeps and what deduplication and compression save, of one tenant or of all',
    role: 'viewer',
    query: Type.Object({ tenant: Type.Optional(Type.String({ description: 'Slug or id' })) }),
    async handler(request) {
      const { tenant } = request.query as { tenant?: string };
      const content = request.use<Content>('content');
      return tenant === undefined ? content.savings() : content.savings(await subjectOf(request, tenant));
    },
  },
  {
    method: 'GET',
    path: '/content/:tenant/heaviest',
    summary: 'The largest and the most shared contents of a tenant by name, under a running grant',
    role: 'viewer',
    async handler(request) {
      const subject = await subjectOf(request, request.params.tenant ?? '');
      const glass = await request.use<Tenancy>('tenancy').breakGlass.takeOf(request.account?.name, subject.tenantId);
      return glass.run(() => request.use<Content>('content').heaviest(subject));
    },
  },
  {
    method: 'GET',
    path: '/content/:tenant/objects/:id/bytes',
    summary: 'The bytes of an object as a download, under a running grant',
    role: 'viewer',
    async handler(request): Promise<RouteStream> {
      const { tenant = '', id = '' } = request.params;
      const subject = await subjectOf(request, tenant);
      const content = request.use<Content>('content');
      const glass = await request.use<Tenancy>('tenancy').breakGlass.takeOf(request.account?.name, subject.tenantId);
      const object = await glass.run(() => content.stat(subject, id));
      // The type is what a sender claimed: a browser is told nothing that it could act on.
      return {
        stream: glass.stream(content.get(subject, id)),
        contentType: 'application/octet-stream',
        fileName: object.name ?? object.id,
      };
    },
  },
];
