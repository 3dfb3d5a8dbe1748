import { messageOf, type Tier, tiers } from '../../../kernel/index.ts';
import type { CapabilityVerdict, Cluster, ClusterMode } from '../model/types.ts';
import { describeDatabase } from '../sql/queries/queries.gen.ts';
import { withClient } from '../sql-client.ts';

export interface TierStatus {
  readonly tier: Tier;
  readonly database: string;
  readonly isUp: boolean;
  /** Why it is not up; absent when it is. */
  readonly problem?: string;
  readonly version?: string;
  readonly sizeBytes?: number;
  readonly connections?: { readonly active: number; readonly idle: number; readonly total: number; readonly max: number };
  /** When its server was started. */
  readonly started?: Date;
  readonly verdicts: readonly CapabilityVerdict[];
}

export interface ClusterStatus {
  readonly mode: ClusterMode;
  readonly isOwner: boolean;
  readonly dataDir: string;
  readonly tiers: readonly TierStatus[];
}

/** The state of every tier, asked now. A tier that does not answer is reported as down with the reason, never left out. */
export async function clusterStatus(cluster: Pick<Cluster, 'mode' | 'isOwner' | 'dataDir' | 'endpoint' | 'probe'>): Promise<ClusterStatus> {
  const { mode, isOwner, dataDir } = cluster;
  return { mode, isOwner, dataDir, tiers: await Promise.all(tiers.map((tier) => tierStatus(cluster, tier))) };
}

async function tierStatus(cluster: Pick<Cluster, 'endpoint' | 'probe'>, tier: Tier): Promise<TierStatus> {
  const endpoint = cluster.endpoint(tier);
  try {
    const [found, probe] = await Promise.all([withClient(endpoint, (client) => describeDatabase.one(client, {})), cluster.probe(tier)]);
    return {
      tier,
      database: found.database,
      isUp: true,
      version: probe.version,
      sizeBytes: found.size_bytes,
      connections: { active: found.active, idle: found.idle, total: found.total, max: found.max_connections },
      started: found.started,
      verdicts: probe.verdicts,
    };
  } catch (error) {
    return { tier, database: endpoint.database, isUp: false, problem: messageOf(error), verdicts: [] };
  }
}

/** The verdicts of all tiers, one line where they agree, else one per opinion with the tiers that hold it. */
export function mergeVerdicts(status: ClusterStatus): readonly (CapabilityVerdict & { readonly tiers: readonly Tier[] })[] {
  const merged = new Map<string, CapabilityVerdict & { tiers: Tier[] }>();
  for (const { tier, verdicts } of status.tiers) {
    for (const verdict of verdicts) {
      const key = JSON.stringify([verdict.capability, verdict.verdict, verdict.because]);
      const known = merged.get(key);
      if (known) known.tiers.push(tier);
      else merged.set(key, { ...verdict, tiers: [tier] });
    }
  }
  const order = [...new Set([...merged.values()].map(({ capability }) => capability))];
  return [...merged.values()].sort((a, b) => order.indexOf(a.capability) - order.indexOf(b.capability));
}
