import { silentLog, withDefaults } from '../../../kernel/index.ts';
import type { PlacedTenant } from '../../cluster/index.ts';
import { connectOptions, openSolo } from '../../connect/index.ts';
import { openBackfills } from '../backfill/index.ts';
import type { Context } from '../context.ts';
import type { SourceFiles } from '../model/migration.ts';
import type { RunReport } from '../model/types.ts';
import { openContext } from '../open-context.ts';
import { up, upAndWait } from '../up.ts';
import type { Turns } from './turns.ts';

/** What all databases of one run over tenants have in common. */
export interface Rollout {
  /** Read once. */
  readonly files: SourceFiles[];
  /** What the shared databases have of them. */
  readonly select: (files: SourceFiles[]) => SourceFiles[];
  /** Whether any file starts one. */
  readonly hasBackfills: boolean;
  readonly turns: Turns;
  readonly signal: AbortSignal;
}

/**
 * Brings the database of one tenant up to date, through its backfills, as `up` does with the shared ones.
 *
 * @param onWork called before anything is changed; not where nothing is to do
 * @throws what `up` throws, PLINTH_CONNECT_* where it cannot be reached
 */
export async function migrateTenant(
  context: Context,
  { id, endpoint }: PlacedTenant,
  { files, select, hasBackfills, turns, signal }: Rollout,
  { onWork, onProgress }: { onWork(): Promise<void>; onProgress(line: string): void },
): Promise<RunReport> {
  await using connect = openSolo(endpoint, withDefaults(connectOptions));
  const buildTurn = () =>
    turns.take(`${endpoint.host}:${endpoint.port}`, () => onProgress('waits for another database of its server, which builds an index'));
  // The disk of its server is not known here.
  const its = { log: silentLog, connect, administrative: () => endpoint, freeBytes: async () => undefined, tenant: { id, buildTurn } };
  const opened = openContext({ ...context, ...its }, context.options);
  opened.aroundRuns.push({ admit: onWork });
  const database = { ...opened, readFiles: () => files };
  const request = { signal, onProgress };
  return hasBackfills ? await upAndWait(database, request, openBackfills(database), select) : await up(database, request, select);
}
