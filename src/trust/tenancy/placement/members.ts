import type { Connect } from '../../../foundation/connect/index.ts';
import { listMemberships, putMemberships } from './sql/queries/queries.gen.ts';
import type { Place } from './types.ts';

/** Brings a tenant's members to its own database: there its transactions find their role. The truth stays with the shared registry. */
export async function putMembers(connect: Connect, place: Pick<Place, 'connect'>, tenantId: string): Promise<void> {
  const request = { tier: 'oltp', as: 'owner', tag: 'tenancy.members' } as const;
  const rows = await connect.transaction({ ...request, isReadOnly: true }, (tx) => listMemberships.all(tx, { tenant_id: tenantId }));
  await place.connect.transaction(request, (tx) =>
    putMemberships.run(tx, {
      tenant_id: tenantId,
      ids: rows.map(({ id }) => id),
      emails: rows.map(({ email }) => email),
      names: rows.map(({ name }) => name),
      created: rows.map(({ created }) => created),
      deleted: rows.map(({ deleted }) => deleted) as string[],
      roles: rows.map(({ role }) => role),
      joined: rows.map(({ joined }) => joined),
      left: rows.map(({ left }) => left) as string[],
    }),
  );
}
