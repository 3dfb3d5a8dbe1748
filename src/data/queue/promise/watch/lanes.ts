import type { Transaction } from '../../../../foundation/connect/index.ts';
import type { Lane } from '../model/starvation.ts';
import type { Held } from '../model/state.ts';
import { readLanes, readParked } from '../sql/queries/queries.gen.ts';

// Who waits longest, if more lanes than this wait for a quarter of an hour.
const mostOldLanes = 2_000;
const mostParked = 20_000;

export interface BandHeads {
  /** Due time of the oldest ready job. */
  readonly dueMs: number;
  /** Lanes that wait for two hours. */
  readonly starving: number;
}

export interface HeldJobs {
  readonly cause: Held['cause'];
  readonly jobs: number;
  readonly dueMs: number;
}

export interface Lanes {
  /** By queue and band. */
  readonly heads: ReadonlyMap<number, BandHeads>;
  /** That wait for a quarter of an hour. */
  readonly old: readonly Lane[];
  readonly held: ReadonlyMap<number, readonly HeldJobs[]>;
}

export const bandKey = (queueId: number, band: number): number => queueId * 8 + band;

export const noLanes: Lanes = { heads: new Map(), old: [], held: new Map() };

const causes: Readonly<Record<string, Held['cause']>> = {
  limit: 'key_limit',
  tenant: 'tenant_suspended',
  paused: 'paused',
  type: 'no_handler',
  queue: 'paused',
};

/** The oldest job of each band, the lanes that wait long, and what is held beside them. As many steps in an index as there are lanes. */
export async function readAllLanes(tx: Transaction): Promise<Lanes> {
  const heads = new Map<number, BandHeads>();
  const old: Lane[] = [];
  for (const { queue_id, band, tenant_id, due, starving } of await readLanes.all(tx, { most: mostOldLanes })) {
    if (tenant_id === null) heads.set(bandKey(queue_id, band), { dueMs: due.getTime(), starving });
    else old.push({ queueId: queue_id, band, tenantId: tenant_id, dueMs: due.getTime() });
  }
  const parked = (await readParked.all(tx, { most: mostParked })).map((row) => ({
    key: bandKey(row.queue_id, row.band),
    held: { cause: causes[row.held_by] ?? ('key_limit' as const), jobs: row.jobs, dueMs: row.due.getTime() },
  }));
  const held = new Map([...Map.groupBy(parked, ({ key }) => key)].map(([key, rows]) => [key, rows.map((row) => row.held)]));
  return { heads, old, held };
}
