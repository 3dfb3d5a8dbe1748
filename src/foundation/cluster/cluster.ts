import { attachedCluster, endpointsFrom, openAttached } from './attached.ts';
import type { Cluster, ClusterDeps } from './model/types.ts';
import type { ClusterOptions } from './options.ts';
import { joinOwn, openOwn } from './own.ts';
import { readSupervisor } from './supervisor/index.ts';

/**
 * Opens the PostgreSQL under a platform: starts our own, joins the one that another process of this folder
 * runs, or attaches to servers that others run.
 *
 * Engine `auto` attaches where a URL is given and otherwise takes the bundled server. A failed open leaves
 * nothing running and nothing half-made.
 *
 * @throws PLINTH_CLUSTER_* with cause, evidence and next step
 */
export async function openCluster(deps: ClusterDeps, options: ClusterOptions): Promise<Cluster> {
  const engine = engineOf(options);
  return engine === 'attached' ? openAttached(deps, options) : openOwn(deps, { ...options, engine });
}

/**
 * The cluster of a platform that is up, or the attached servers; undefined when our own server does not run.
 * Starts nothing, takes no lock.
 */
export async function findCluster(deps: ClusterDeps, options: ClusterOptions): Promise<Cluster | undefined> {
  if (engineOf(options) === 'attached') return attachedCluster(deps, await endpointsFrom(options));
  const running = await readSupervisor(deps.dataDir);
  return running?.server ? joinOwn(deps, running) : undefined;
}

function engineOf(options: ClusterOptions): 'attached' | 'embedded' | 'system' {
  if (options.engine !== 'auto') return options.engine;
  return options.oltpUrl || options.contentUrl || options.queueUrl || options.olapUrl ? 'attached' : 'embedded';
}
