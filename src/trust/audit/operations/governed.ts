import type { Connect } from '../../../foundation/connect/index.ts';
import { trackGoverned } from './sql/queries/queries.gen.ts';

/**
 * Who may do what is decided in these tables: their changes are in the trail from the start, whatever program makes them. Without the
 * columns that hold a secret or tell of a person.
 */
const governed: readonly { readonly table: string; readonly columns: string; readonly classified: object }[] = [
  { table: 'tenancy.tenants', columns: 'id,slug,name,state', classified: { '*': { level: 'internal' } } },
  { table: 'tenancy.tenant_users', columns: 'tenant_id,user_id,role,created,deleted', classified: { '*': { level: 'internal' } } },
  { table: 'http.accounts', columns: 'id,name,role', classified: { '*': { level: 'internal' }, name: { level: 'confidential' } } },
];

/** Tracks those of them that are not yet; each is in oltp. Otherwise one look at the list of tracked tables. */
export async function trackGovernedTables(connect: Connect): Promise<void> {
  await connect.transaction({ tier: 'oltp', as: 'owner', tag: 'audit.governed' }, (tx) =>
    trackGoverned.all(tx, {
      tables: governed.map(({ table }) => table),
      columns: governed.map(({ columns }) => columns),
      classified: governed.map(({ classified }) => JSON.stringify(classified)),
    }),
  );
}
