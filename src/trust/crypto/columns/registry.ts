import { type Connect, distinctDatabases } from '../../../foundation/connect/index.ts';
import type { Clock, Tier } from '../../../kernel/index.ts';
import { cryptoErrors } from '../errors.ts';
import type { IndexKind } from './model/blind-index.ts';
import { listColumns } from './sql/queries/queries.gen.ts';
import type { EncryptedColumn } from './types.ts';

/** A migration of another process is seen after so long; one that declares a column unknown here at once. */
const lifeMs = 30_000;

/** The declared columns of every database, kept for half a minute. */
export class ColumnRegistry {
  readonly #connect: Connect;
  readonly #clock: Clock;
  readonly #read = new Map<string, { readonly columns: Promise<readonly EncryptedColumn[]>; readonly readMs: number }>();

  constructor(connect: Connect, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  /** The declared columns of a table. @throws PLINTH_CRYPTO_TABLE_UNKNOWN when there are none */
  async of(tier: Tier, table: string): Promise<readonly [EncryptedColumn, ...EncryptedColumn[]]> {
    const among = (columns: readonly EncryptedColumn[]) => columns.filter((one) => one.table === table && one.keyTypes.length > 0);
    let found = among(await this.#of(tier));
    if (found.length === 0) found = among(await this.#of(tier, 0));
    const [first, ...others] = found;
    if (!first) throw cryptoErrors.TABLE_UNKNOWN({ table, tier });
    return [first, ...others];
  }

  /** Every declared column, as of now. */
  async all(): Promise<readonly EncryptedColumn[]> {
    return (await Promise.all(distinctDatabases(this.#connect).map((tier) => this.#of(tier, 0)))).flat();
  }

  #of(tier: Tier, maxAgeMs = lifeMs): Promise<readonly EncryptedColumn[]> {
    const database = this.#connect.databaseKey(tier);
    const nowMs = this.#clock.monotonicMs();
    const known = this.#read.get(database);
    if (known && nowMs - known.readMs < maxAgeMs) return known.columns;
    const request = { tier, as: 'owner', priority: 'critical', isReadOnly: true, tag: 'crypto.columns' } as const;
    const columns = this.#connect.transaction(request, async (tx) => (await listColumns.all(tx, {})).map((row) => toColumn(tier, row)));
    this.#read.set(database, { columns, readMs: nowMs });
    columns.catch(() => this.#read.delete(database));
    return columns;
  }
}

function toColumn(tier: Tier, row: Awaited<ReturnType<typeof listColumns.all>>[number]): EncryptedColumn {
  const { schema_name, table_name, column_name, key_columns, key_types, purpose, index_column, index_kind, sealed_as } = row;
  return {
    tier,
    table: `${schema_name}.${table_name}`,
    column: column_name,
    keyColumns: key_columns,
    keyTypes: key_types.length === key_columns.length ? key_types : [],
    purpose,
    ...(index_column !== null && { index: { column: index_column, kind: index_kind as IndexKind } }),
    sealedAs: sealed_as,
  };
}
