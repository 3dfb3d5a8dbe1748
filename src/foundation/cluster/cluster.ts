import { attachedCluster, endpointsFrom, openAttached } from './attached.ts';
import type { Cluster, ClusterDeps, Server } from './model/types.ts';
import type { ClusterOptions } from './options.ts';
import { joinOwn, openOwn } from './own.ts';
import { readSupervisor } from './supervisor/index.ts';
import { openThrowaway } from './throwaway.ts';

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
  const server = engine === 'attached' ? openAttached(deps, options) : openOwn(deps, { ...options, engine });
  return withThrowaway(await server, deps, options);
}

/**
 * The cluster of a platform that is up, or the attached servers; undefined when our own server does not run.
 * Starts nothing, takes no lock.
 */
export async function findCluster(deps: ClusterDeps, options: ClusterOptions): Promise<Cluster | undefined> {
  if (engineOf(options) === 'attached') return withThrowaway(attachedCluster(deps, endpointsFrom(options)), deps, options);
  const running = await readSupervisor(deps.dataDir);
  return running?.server ? withThrowaway(await joinOwn(deps, running), deps, options) : undefined;
}

const withThrowaway = (server: Server, deps: ClusterDeps, options: ClusterOptions): Cluster => ({
  ...server,
  throwaway: () => openThrowaway(deps, options),
});

function engineOf(options: ClusterOptions): 'attached' | 'embedded' | 'system' {
  if (options.engine !== 'auto') return options.engine;
  return options.oltpUrl || options.contentUrl || options.queueUrl || options.olapUrl ? 'attached' : 'embedded';
}
