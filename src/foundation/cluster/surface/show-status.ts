import type { CommandResult } from '../../../kernel/index.ts';
import { clusterStatus, mergeVerdicts, type TierStatus } from '../administration/index.ts';
import type { Cluster, Supervisor } from '../model/types.ts';

/** What `plinth status` says: the table of verdicts, then who runs where. */
export async function showStatus(
  dataDir: string,
  cluster: Cluster | undefined,
  supervisor: Supervisor | undefined,
): Promise<CommandResult> {
  if (!cluster) {
    const text = supervisor ? `Starting (process ${supervisor.pid}).` : `Not running. Start it with plinth up. Data folder: ${dataDir}`;
    return { data: { isRunning: false, dataDir }, text, exitCode: 3 };
  }
  const status = await clusterStatus(cluster);
  const verdicts = mergeVerdicts(status);
  const lines = [
    ...(supervisor ? [`Process ${supervisor.pid}, running since ${supervisor.started}`] : []),
    ...Object.entries(supervisor?.announced ?? {}).map(([name, value]) => `  ${name.padEnd(9)}${value}`),
    ...status.tiers.map((tier) => tierLine(tier, cluster)),
  ];
  return {
    data: { isRunning: true, ...status, ...(supervisor ? { pid: supervisor.pid, announced: supervisor.announced } : {}) },
    table: {
      columns: ['capability', 'verdict', 'because', 'tiers'],
      rows: verdicts.map(({ capability, verdict, because, tiers }) => [
        capability,
        verdict,
        because,
        tiers.length === status.tiers.length ? 'all' : tiers.join(', '),
      ]),
    },
    text: `\n${lines.join('\n')}`,
    exitCode: status.tiers.every(({ isUp }) => isUp) ? 0 : 3,
  };
}

function tierLine({ tier, isUp, problem, version, sizeBytes, connections, database }: TierStatus, cluster: Cluster): string {
  const { host, port } = cluster.endpoint(tier);
  const where = `${database} at ${host.startsWith('/') ? `127.0.0.1:${port} (socket ${host})` : `${host}:${port}`}`;
  if (!isUp) return `  ${tier.padEnd(9)}${where}: does not answer: ${problem}`;
  const size = `${((sizeBytes ?? 0) / 1024 / 1024).toFixed(0)} MiB`;
  return `  ${tier.padEnd(9)}${where}: PostgreSQL ${version}, ${size}, ${connections?.total} of ${connections?.max} connections`;
}
