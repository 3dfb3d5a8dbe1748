import { availableParallelism } from 'node:os';
import type { Connect, WorkRequest } from '../../../foundation/connect/index.ts';
import { firstBatchRows, nextBatchRows, throttleLimits, watchLoad } from '../../../foundation/migrate/index.ts';
import { type Clock, PlinthError, quoteQualified } from '../../../kernel/index.ts';
import { type KeyValue, RingCipher, versionOf } from '../columns/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { type SealedTable, type StaleRow, staleRows, toStaleRow, writeRows } from './sealed-rows.ts';

/** Between two looks at the load of the server, and two tries on rows that others hold locked. */
const pauseMs = 1_000;
/** On a server that is always busy a batch is due this often, so that the rotation ends some day. */
const crawlMs = 3_000;

export interface SealAnewDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  progress(line: string): void;
}

export interface Pass {
  readonly rowsSealedAnew: number;
  /** Keys of rows with a value that does not open. */
  readonly unreadable: readonly string[];
}

/**
 * One walk over a table in the order of its key: what another version sealed is sealed with the active one, in batches that give way to
 * load. It keeps no record of where it is: what is left to do is what the rows themselves say, so a killed walk is continued by the next.
 */
export async function sealAnew(deps: SealAnewDeps, ringNow: () => Promise<KeyRing>, table: SealedTable): Promise<Pass> {
  const { connect, clock, signal } = deps;
  const [{ tier }] = table.columns;
  const request: WorkRequest = { tier, as: 'owner', priority: 'maintenance', tag: 'crypto.rotate', signal };
  const giveWay = giveWayTo(deps, request, table.columns[0].table);
  const ciphers = await Promise.all(
    table.columns.map(async (column) => new RingCipher(await ringNow(), { ...column, tenantId: table.tenantId })),
  );
  const unreadable: string[] = [];
  let [rowsSealedAnew, batchRows] = [0, firstBatchRows];
  let after: readonly KeyValue[] | undefined;
  for (;;) {
    signal.throwIfAborted();
    await giveWay();
    // A walk takes longer than keys stay in memory unasked for.
    const ring = await ringNow();
    for (const cipher of ciphers) cipher.ring = ring;
    const startedMs = clock.monotonicMs();
    const batch = await connect.transaction(request, async (tx) => {
      const found = (await tx.query(staleRows(table, ring.active.version, after, batchRows))).rows.map((row) => toStaleRow(table, row));
      const changed = found.map((row) => resealed(ring, ciphers, row));
      const readable = changed.filter((row): row is StaleRow => row !== undefined);
      if (readable.length > 0) await tx.query(writeRows(table, readable));
      return { found, readable, failed: found.filter((_, index) => changed[index] === undefined) };
    });
    rowsSealedAnew += batch.readable.length;
    unreadable.push(...batch.failed.map(({ key }) => key.join(', ')));
    if (batch.found.length < batchRows) return { rowsSealedAnew, unreadable };
    after = batch.found.at(-1)?.key;
    batchRows = nextBatchRows(batchRows, clock.monotonicMs() - startedMs);
    deps.progress(`${table.columns[0].table}: ${rowsSealedAnew} rows sealed anew`);
  }
}

/** The row under the active version; undefined when one of its values does not open. */
function resealed(ring: KeyRing, ciphers: readonly RingCipher[], { key, sealed }: StaleRow): StaleRow | undefined {
  try {
    const anew = sealed.map((value, index) => {
      const cipher = ciphers[index] as RingCipher;
      return value === null || versionOf(value) === ring.active.version ? value : cipher.encrypt(cipher.decrypt(value, key), key);
    });
    return { key, sealed: anew };
  } catch (error) {
    const isRow = error instanceof PlinthError && ['PLINTH_CRYPTO_DOES_NOT_OPEN', 'PLINTH_CRYPTO_KEY_UNKNOWN'].includes(error.code);
    if (!isRow) throw error;
    return undefined;
  }
}

/** Waits while the server has more to do than it should, as backfills do. */
function giveWayTo({ connect, clock, signal, progress }: SealAnewDeps, request: WorkRequest, table: string): () => Promise<void> {
  const look = watchLoad(throttleLimits(availableParallelism()));
  let lookedMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const startedMs = clock.monotonicMs();
    if (startedMs - lookedMs < pauseMs) return;
    let isVacuumed = false;
    for (;;) {
      const throttle = await connect.transaction({ ...request, isReadOnly: true }, (tx) => look(tx, table));
      const isDue = clock.monotonicMs() - startedMs >= crawlMs;
      if (!throttle || (isDue && (throttle.isCrawl || isVacuumed))) break;
      progress(`${table} waits: ${throttle.message}`);
      // Once: dead rows that an old transaction keeps alive do not go away by trying again.
      if (throttle.cause === 'dead-rows' && !isVacuumed) {
        await vacuum(connect, request, table);
        isVacuumed = true;
      } else await clock.sleep(pauseMs, signal);
    }
    lookedMs = clock.monotonicMs();
  };
}

/** Removes what the rotation left, at the pace of autovacuum, whose next round may be a minute away. */
async function vacuum(connect: Connect, { tier, tag }: WorkRequest, table: string): Promise<void> {
  await using session = await connect.session({ tier, tag });
  await session.query({ text: "set vacuum_cost_delay = '2ms'" });
  await session.query({ text: `vacuum (skip_locked) ${quoteQualified(table)}` });
}
