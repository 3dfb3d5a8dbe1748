import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { PlinthError, quoteIdentifier, quoteQualified, together } from '../../../kernel/index.ts';
import { jsonText } from '../model/json-text.ts';
import { detailsErrors } from './errors.ts';
import { listDetails } from './sql/queries/queries.gen.ts';
import type { DetailsOwner, DetailsRow, KeptDetails } from './types.ts';

interface Said {
  readonly owner: DetailsOwner;
  readonly row: DetailsRow;
}

type Keep = (key: string, said: Said) => Promise<void>;

/** Tables and columns are names in code and come from nobody's input; what PostgreSQL says of them is told to the handler. */
function insertion(table: string, columns: readonly string[], source: string): string {
  const name = quoteQualified(table);
  const said = columns.map(quoteIdentifier);
  const all = ['tenant_id', 'job_id', ...said].join(', ');
  const change = said.map((column) => `${column} = excluded.${column}`).join(', ');
  return `insert into ${name} (${all}) select ${all} from ${source}pg_catalog.jsonb_populate_recordset(null::${name}, $1)
    on conflict (tenant_id, job_id) do ${change === '' ? 'nothing' : `update set ${change}`}`;
}

// The end of the job is committed behind it and waits for the disk, which has both in their order.
const unhurried = `with unhurried as materialized (select pg_catalog.set_config('synchronous_commit', 'off', true)) `;

const columnsOf = (row: DetailsRow) => Object.keys(row).sort();
const valuesOf = (said: readonly Said[]) => [
  jsonText(said.map(({ owner, row }) => ({ ...row, tenant_id: owner.tenantId, job_id: owner.jobId }))),
];

const keepers = new WeakMap<object, Keep>();

/** Jobs that say the same columns at the same time share a commit. */
function keeperOf(connect: Pick<Connect, 'transaction'>): Keep {
  const known = keepers.get(connect);
  if (known) return known;
  const keep = together<Said, undefined>(async (_, said) => {
    const [{ owner, row }] = said as readonly [Said];
    const text = unhurried + insertion(owner.table ?? '', columnsOf(row), 'unhurried, ');
    await connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.details' }, (tx) => tx.query({ text, values: valuesOf(said) }));
    return said.map(() => undefined);
  });
  keepers.set(connect, keep);
  return keep;
}

/**
 * Keeps a row beside a job: columns that were said before and not now stay as they are. With `tx` committed with that transaction, else when
 * this resolves. @throws PLINTH_QUEUE_NO_DETAILS, PLINTH_QUEUE_BAD_DETAILS
 */
export async function keepDetails(
  { connect }: { readonly connect: Pick<Connect, 'transaction'> },
  owner: DetailsOwner,
  given: DetailsRow,
  tx?: Transaction,
): Promise<void> {
  const { table, jobType } = owner;
  if (table === undefined) throw detailsErrors.NO_DETAILS({ jobType });
  const row = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const columns = columnsOf(row);
  try {
    if (tx) await tx.query({ text: insertion(table, columns, ''), values: valuesOf([{ owner, row }]) });
    else await keeperOf(connect)(`${table} ${columns.join(' ')}`, { owner, row });
  } catch (error) {
    if (!(error instanceof PlinthError) || error.retryable) throw error;
    throw detailsErrors.BAD_DETAILS({ jobType, table, problem: error.message }, { cause: error });
  }
}

/** What is kept beside a job; undefined where nothing is. */
export async function readDetails(tx: Transaction, tenantId: string, jobId: string): Promise<KeptDetails | undefined> {
  const found = await listDetails.first(tx, { tenant_id: tenantId, job_id: jobId });
  return found && { table: found.table, row: found.row as DetailsRow };
}
