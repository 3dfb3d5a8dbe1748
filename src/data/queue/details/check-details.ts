import type { Transaction } from '../../../foundation/connect/index.ts';
import type { JobDefinition } from '../model/types.ts';
import { detailsErrors } from './errors.ts';
import { inspectTables } from './sql/queries/queries.gen.ts';

const cutting = (table: string) =>
  `select partition.manage('${table}', '{"by": "uuid7", "key": "job_id", "every": "month", "keep": "90 days", "release": {"heldBy": "queue.open_in"}}')`;

/** Whether details can be kept in the tables that definitions name. @throws PLINTH_QUEUE_DETAILS_TABLE for the first that is not fit */
export async function checkDetails(tx: Transaction, definitions: Iterable<JobDefinition<unknown>>): Promise<void> {
  const asking = [...definitions].flatMap(({ name, details }) => (details === undefined ? [] : [{ jobType: name, table: details }]));
  if (asking.length === 0) return;
  const rows = await inspectTables.all(tx, { names: asking.map(({ table }) => table) });
  const found = new Map(rows.map((row) => [row.name, row]));
  for (const { jobType, table } of asking) {
    const row = found.get(table);
    const refused = (problem: string, remedy: string) => detailsErrors.DETAILS_TABLE({ jobType, table, problem, remedy });
    if (!row) throw refused('the database of the queue has no such table', 'Create it in a migration of the tier queue and apply that');
    if (!row.is_keyed)
      throw refused('its primary key is not (tenant_id, job_id)', 'Make it that, of two columns uuid not null: there is one row a job');
    if (!row.is_protected)
      throw refused('it is not protected, so that tenants see each other', `Add to its migration: select tenancy.protect('${table}')`);
    if (!row.is_cut) throw refused('it does not leave with the month of its jobs', `Add to its migration: ${cutting(table)}`);
  }
}
