import { type Connect, takeLead, type WorkRequest } from '../../../foundation/connect/index.ts';
import type { Clock } from '../../../kernel/index.ts';
import { type ColumnRegistry, type EncryptedColumn, type KeyValue, RowCipher } from '../columns/index.ts';
import { cryptoErrors } from '../errors.ts';
import type { DataKeys } from '../keys/index.ts';
import { isOfRow, keyOf, type Pass, pauseMs, type WalkDeps, walk, writeRows } from '../rotation/index.ts';
import { countOpen, openRows, rowsToCompare, type SidesOfRow, tenantsWith } from './clear-rows.ts';
import type { ClearColumn, SealingWork } from './types.ts';

export interface SealingDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly dataKeys: DataKeys;
  readonly registry: ColumnRegistry;
}

const shownRows = 10;

/** Opens sealing; reads nothing yet. */
export function openSealing({ connect, clock, dataKeys, registry }: SealingDeps): SealingWork {
  const requestOf = ({ tier }: ClearColumn, isReadOnly: boolean): WorkRequest => ({
    tier,
    as: 'owner',
    priority: 'maintenance',
    tag: 'crypto.seal',
    isReadOnly,
  });
  const read = async (column: ClearColumn, text: string) =>
    (await connect.transaction(requestOf(column, true), (tx) => tx.query({ text }))).rows;
  const tenants = async (column: ClearColumn, are: 'open' | 'there') =>
    (await read(column, tenantsWith(column, are))).map((row) => row.tenant_id as string);

  /** As of now: a migration may have declared it a moment ago. */
  async function declaredOf({ tier, table, column }: ClearColumn): Promise<EncryptedColumn> {
    const database = connect.databaseKey(tier);
    const here = (await registry.all()).filter(
      (one) => connect.databaseKey(one.tier) === database && one.table === table && one.keyTypes.length > 0,
    );
    if (here.length === 0) throw cryptoErrors.TABLE_UNKNOWN({ table, tier });
    const found = here.find((one) => one.column === column);
    if (!found) throw cryptoErrors.COLUMN_UNKNOWN({ table, column, declared: here.map((one) => one.column) });
    return found;
  }

  async function sealTenant(deps: WalkDeps, { clear, ...place }: ClearColumn, declared: EncryptedColumn, tenantId: string): Promise<Pass> {
    const cipher = await RowCipher.open(dataKeys, tenantId, [declared]);
    const into = [declared.column, ...(declared.index ? [declared.index.column] : [])];
    const table = { tenantId, columns: [declared] } as const;
    return walk(deps, {
      table: declared.table,
      request: { ...requestOf({ clear, ...place }, false), signal: deps.signal },
      did: 'sealed',
      prepare: () => cipher.refresh(),
      async step(tx, after, limit) {
        const { rows } = await tx.query(openRows(tenantId, declared, clear, after, limit));
        const keys = rows.map((row) => keyOf(table, row));
        const sealed = cipher.sealRows(rows.map((row, index) => rowOf(declared, keys[index] ?? [], row.plinth_clear)));
        const written = sealed.map((row, index) => ({ key: keys[index] ?? [], sealed: into.map((name) => row[name] as Buffer) }));
        if (written.length > 0) await tx.query(writeRows(table, written, into));
        return { keys, done: written.length, failed: [] };
      },
    });
  }

  async function compareTenant(deps: WalkDeps, place: ClearColumn, declared: EncryptedColumn, tenantId: string) {
    const cipher = await RowCipher.open(dataKeys, tenantId, [declared]);
    let open = 0;
    const pass = await walk(deps, {
      table: declared.table,
      request: { ...requestOf(place, true), signal: deps.signal },
      did: 'compared',
      prepare: () => cipher.refresh(),
      async step(tx, after, limit) {
        const { rows } = await tx.query(rowsToCompare(tenantId, declared, place.clear, after, limit));
        const keys = rows.map((row) => keyOf({ tenantId, columns: [declared] }, row));
        const isUnsealed = (row: SidesOfRow) => row.plinth_sealed === null;
        open += (rows as SidesOfRow[]).filter(isUnsealed).length;
        const failed = (rows as SidesOfRow[]).flatMap((row, index) =>
          isUnsealed(row) || agrees(cipher, declared, row, keys[index] ?? []) ? [] : [`${tenantId}: ${keys[index]?.join(', ')}`],
        );
        return { keys, done: rows.length, failed };
      },
    });
    return { equal: pass.done - open - pass.failed.length, open, differing: pass.failed };
  }

  return {
    async seal(request) {
      const lost = new AbortController();
      const signal = request.signal ? AbortSignal.any([request.signal, lost.signal]) : lost.signal;
      await using lead = await takeLead(connect, { tier: request.tier, tag: 'crypto.seal', name: 'plinth crypto seal', signal });
      if (!lead) throw cryptoErrors.SEALING_RUNS();
      lead.onLost((error) => lost.abort(error));
      const deps: WalkDeps = { connect, clock, signal, progress: request.onProgress ?? (() => {}) };
      const declared = await declaredOf(request);
      for (let done = 0; ; ) {
        const open = await tenants(request, 'open');
        if (open.length === 0) return done;
        const before = done;
        for (const tenantId of open) done += (await sealTenant(deps, request, declared, tenantId)).done;
        if (done > before) continue;
        deps.progress(`${request.table}: the rows that are left are locked by others`);
        await clock.sleep(pauseMs, signal);
      }
    },
    async compare(request) {
      const signal = request.signal ?? new AbortController().signal;
      const deps: WalkDeps = { connect, clock, signal, progress: request.onProgress ?? (() => {}) };
      const declared = await declaredOf(request);
      const found = { equal: 0, open: 0, differing: [] as string[] };
      for (const tenantId of await tenants(request, 'there')) {
        const { equal, open, differing } = await compareTenant(deps, request, declared, tenantId);
        found.equal += equal;
        found.open += open;
        found.differing.push(...differing.slice(0, shownRows - found.differing.length));
      }
      return found;
    },
    countOpen: async (column: ClearColumn) => Number((await read(column, countOpen(column)))[0]?.open),
  };
}

/** A row as its cipher takes it. */
const rowOf = ({ keyColumns, column }: EncryptedColumn, key: readonly KeyValue[], text: unknown): Record<string, unknown> => ({
  ...Object.fromEntries(keyColumns.map((name, index) => [name, key[index]])),
  [column]: text,
});

function agrees(cipher: RowCipher, { column, index }: EncryptedColumn, row: SidesOfRow, key: readonly KeyValue[]): boolean {
  let text: string;
  try {
    text = cipher.column(column).decrypt(row.plinth_sealed as Buffer, key);
  } catch (error) {
    if (!isOfRow(error)) throw error;
    return false;
  }
  const isIndexed = index === undefined || (row.plinth_index?.equals(cipher.term(column, text)) ?? false);
  return isIndexed && (row.plinth_clear === null || row.plinth_clear === text);
}
