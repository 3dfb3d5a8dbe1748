import type { Clock, Log } from '../../kernel/index.ts';
import { openAttached } from './attached.ts';
import type { Cluster } from './model/types.ts';
import type { ClusterOptions } from './options.ts';
import { openOwn } from './own.ts';

export interface ClusterDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Absolute folder of the platform's data; made when it does not exist. */
  readonly dataDir: string;
}

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
  const hasUrl = [options.oltpUrl, options.contentUrl, options.queueUrl, options.olapUrl].some((url) => url !== undefined);
  const engine = options.engine === 'auto' ? (hasUrl ? 'attached' : 'embedded') : options.engine;
  return engine === 'attached' ? openAttached(deps, options) : openOwn(deps, { ...options, engine });
}
