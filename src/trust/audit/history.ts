import type { Connect } from '../../foundation/connect/index.ts';
import { hasCode, isUuid } from '../../kernel/index.ts';
import { auditErrors } from './errors.ts';
import type { HistoryRequest, RowHistory } from './model/types.ts';
import { type ColumnChange, parseExactly, versionsOf } from './model/versions.ts';
import { listKeyColumns, listRowChanges, readCurrentRow } from './sql/queries/queries.gen.ts';
import { trackedTable } from './track.ts';

/** See `Audit.history`. */
export async function rowHistory(connect: Connect, request: HistoryRequest): Promise<RowHistory> {
  const { tier, table } = await trackedTable(connect, request);
  const snapshot = { tier, as: 'owner', tag: 'audit.history', isReadOnly: true, isolation: 'repeatable read' } as const;
  return connect.transaction(snapshot, async (tx) => {
    const columns = await listKeyColumns.all(tx, { table });
    const names = columns.map(({ name }) => name);
    const badKey = () => auditErrors.BAD_KEY({ table, key: request.key, columns: names });
    if (request.key.length !== names.length) throw badKey();
    // Checked here: the refusal of a statement would end the transaction.
    if (columns.some(({ type }, place) => type === 'uuid' && !isUuid(request.key[place]))) throw badKey();
    const given = { table, key: keyOf(request.key, columns), tenant_id: request.tenantId ?? null };
    const rows = await listRowChanges.all(tx, { ...given, key_columns: names });
    const tenants = [...new Set(rows.map((row) => row.tenant_id))];
    if (tenants.length > 1) throw auditErrors.AMBIGUOUS_KEY({ table, key: given.key, tenants });
    const [tenantId] = tenants;
    const current = await readCurrentRow.first(tx, { ...given, tenant_id: tenantId ?? given.tenant_id }).catch((error) => {
      throw hasCode(error, 'PLINTH_SQL_BAD_VALUE') ? badKey() : error;
    });
    const changes = rows.map((row) => ({
      eventId: row.id,
      created: row.created,
      transaction: row.transaction,
      action: row.action,
      isNow: row.is_now,
      wasBefore: row.was_before,
      userId: row.user_id,
      databaseUser: row.database_user,
      columns: withoutKey(parseExactly(row.columns ?? '{}') as Record<string, ColumnChange>, names),
    }));
    const rebuilt = versionsOf(changes, current && (parseExactly(current.row) as Record<string, unknown>));
    return { tier, table, key: given.key, ...(tenantId !== undefined && { tenantId }), ...rebuilt };
  });
}

/** What became of the key, `arrive` and `depart` say. */
const withoutKey = (columns: Readonly<Record<string, ColumnChange>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(columns).filter(([name]) => !names.includes(name)));

const plainTypes = /^(smallint|integer|bigint|numeric.*|boolean)$/;

/** The key as the trail writes it: what json_build_array() makes of several values. */
function keyOf(values: readonly string[], columns: readonly { readonly type: string }[]): string {
  const [first = ''] = values;
  if (columns.length === 1) return columns[0]?.type === 'uuid' ? first.toLowerCase() : first;
  return `[${values.map((value, place) => (plainTypes.test(columns[place]?.type ?? '') ? value : JSON.stringify(value))).join(', ')}]`;
}
