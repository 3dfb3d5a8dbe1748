import { type Connect, takeLead } from '../../../foundation/connect/index.ts';
import type { Clock, EventBus } from '../../../kernel/index.ts';
import { type ColumnRegistry, type EncryptedColumn, searchPurpose } from '../columns/index.ts';
import { databasePurpose } from '../database/index.ts';
import { cryptoErrors } from '../errors.ts';
import { type DataKeys, type KeySource, listKeys, markEmptied, ringLifeMs } from '../keys/index.ts';
import { sealAnew } from './seal-anew.ts';
import { countStale, type SealedTable } from './sealed-rows.ts';
import type { Rotation, RotationProof, RotationRequest } from './types.ts';
import { pauseMs, type WalkDeps } from './walk.ts';

/** By then every process encrypts with the new key or has wiped the one before. */
export const settledMs = 2 * ringLifeMs;
const shownKeys = 10;
/** Their values cannot be made anew one by one: blind indexes have to be equal, and the database encrypts by itself. */
const keptPurposes: readonly string[] = [searchPurpose, databasePurpose];

export interface RotateDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly dataKeys: DataKeys;
  readonly registry: ColumnRegistry;
  readonly source: () => KeySource;
}

/** A key at work: its new version, and what it has to be sealed with. */
interface Task {
  readonly tenantId: string;
  readonly purpose: string;
  readonly version: number;
  readonly isResumed: boolean;
  readonly tables: readonly SealedTable[];
  readonly settled: number;
}

type Done = Map<Task, { readonly rowsSealedAnew: number; readonly unreadable: readonly string[] }>;

/**
 * Gives keys a new version and seals with it what older ones sealed. A run that was interrupted is finished by the next: only when no row
 * is left on an older version, that makes a newer one.
 *
 * @throws PLINTH_CRYPTO_ROTATION_RUNS
 */
export async function rotate(deps: RotateDeps, request: RotationRequest): Promise<readonly Rotation[]> {
  const { connect, clock, registry } = deps;
  const { tenantId, onProgress: progress = () => {} } = request;
  const lost = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, lost.signal]) : lost.signal;
  await using lead = await takeLead(connect, { tier: 'oltp', tag: 'crypto.rotate', name: 'plinth crypto rotate', signal });
  if (!lead) throw cryptoErrors.ROTATION_RUNS();
  lead.onLost((error) => lost.abort(error));
  const columns = await registry.all();
  const tasks = await beginAll(deps, tenantId, columns);
  const done: Done = new Map();
  const walk = async () => {
    for (const task of tasks) await finish({ connect, clock, signal, progress }, deps, task, done);
  };
  await walk();
  const waitMs = Math.max(0, ...tasks.filter(({ tables }) => tables.length > 0).map(({ settled }) => settled)) - clock.now().getTime();
  if (waitMs > 0) {
    progress(`waiting ${Math.ceil(waitMs / 1_000)} s until every process encrypts with the new keys`);
    await clock.sleep(waitMs, signal);
    await walk();
  }
  const rotations: Rotation[] = [];
  for (const task of tasks) rotations.push(await prove(deps, task, done.get(task) ?? { rowsSealedAnew: 0, unreadable: [] }));
  return rotations;
}

async function beginAll(
  { connect, clock, dataKeys }: RotateDeps,
  tenantId: string | undefined,
  columns: readonly EncryptedColumn[],
): Promise<Task[]> {
  const request = { tier: 'oltp', as: 'owner', isReadOnly: true, tag: 'crypto.rotate' } as const;
  const keys = await connect.transaction(request, (tx) => listKeys.all(tx, { tenant_id: tenantId ?? null }));
  const tasks: Task[] = [];
  for (const versions of Map.groupBy(keys, (key) => `${key.tenant_id}/${key.purpose}`).values()) {
    const active = versions.find(({ state }) => state === 'active');
    if (!active || keptPurposes.includes(active.purpose)) continue;
    const { tenant_id, purpose } = active;
    const tables = tablesOf(
      tenant_id,
      columns.filter((one) => one.purpose === purpose && one.keyTypes.length > 0),
    );
    const isResumed = tables.length > 0 && versions.some(({ state, emptied }) => state === 'retiring' && !emptied);
    const version = isResumed ? active.version : await dataKeys.advance(tenant_id, purpose);
    const madeMs = isResumed ? active.created.getTime() : clock.now().getTime();
    tasks.push({ tenantId: tenant_id, purpose, version, isResumed, tables, settled: madeMs + settledMs });
  }
  return tasks;
}

function tablesOf(tenantId: string, columns: readonly EncryptedColumn[]): SealedTable[] {
  const grouped = Map.groupBy(columns, ({ tier, table, keyColumns }) => `${tier} ${table} ${keyColumns}`).values();
  return [...grouped].map((list) => ({ tenantId, columns: list as [EncryptedColumn, ...EncryptedColumn[]] }));
}

/** Walks over the tables until no row is left on an older version but those that do not open. */
async function finish(deps: WalkDeps, rotation: RotateDeps, task: Task, done: Done): Promise<void> {
  const ringNow = () => rotation.dataKeys.ring(task.tenantId, task.purpose);
  let rowsSealedAnew = done.get(task)?.rowsSealedAnew ?? 0;
  const unreadable: string[] = [];
  for (const table of task.tables) {
    for (;;) {
      const pass = await sealAnew(deps, ringNow, table);
      rowsSealedAnew += pass.done;
      const rowsLeft = await Promise.all(table.columns.map((column) => count(rotation, task, column)));
      // Rows that others hold locked are waited for; a row may have several values that do not open.
      if (Math.max(...rowsLeft) <= pass.failed.length) {
        unreadable.push(...pass.failed);
        break;
      }
      deps.progress(`${table.columns[0].table}: ${Math.max(...rowsLeft)} rows are locked by others or were written meanwhile`);
      await deps.clock.sleep(pauseMs, deps.signal);
    }
  }
  done.set(task, { rowsSealedAnew, unreadable });
}

async function prove(
  deps: RotateDeps,
  task: Task,
  { rowsSealedAnew, unreadable }: { readonly rowsSealedAnew: number; readonly unreadable: readonly string[] },
): Promise<Rotation> {
  const { tenantId, purpose, version, isResumed } = task;
  const proof: RotationProof[] = [];
  for (const column of task.tables.flatMap(({ columns }) => columns)) {
    const statement = countStale(tenantId, column, version);
    proof.push({ tier: column.tier, table: column.table, column: column.column, statement, rowsLeft: await count(deps, task, column) });
  }
  const isProven = proof.length > 0 && proof.every(({ rowsLeft }) => rowsLeft === 0);
  const request = { tier: 'oltp', as: 'owner', tag: 'crypto.rotate' } as const;
  if (isProven) await deps.connect.transaction(request, (tx) => markEmptied.run(tx, { tenant_id: tenantId, purpose }));
  deps.events.emit('audited', {
    action: 'crypto.rotate',
    success: unreadable.length === 0,
    tenantId,
    target: { type: 'key', id: purpose },
    affectedRows: rowsSealedAnew,
    details: { version, isProven },
  });
  return { tenantId, purpose, version, isResumed, rowsSealedAnew, unreadable: unreadable.slice(0, shownKeys), proof, isProven };
}

async function count({ connect }: RotateDeps, { tenantId, version }: Task, column: EncryptedColumn): Promise<number> {
  const request = { tier: column.tier, as: 'owner', priority: 'maintenance', isReadOnly: true, tag: 'crypto.rotate' } as const;
  const { rows } = await connect.transaction(request, (tx) => tx.query({ text: countStale(tenantId, column, version) }));
  return rows[0].count as number;
}
