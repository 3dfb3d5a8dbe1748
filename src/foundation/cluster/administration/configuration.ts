import { basename } from 'node:path';
import { clusterErrors } from '../errors.ts';
import type { Setting } from '../model/configuration.ts';
import { type RunningSetting, type SettingState, settingState } from '../model/settings-state.ts';
import type { Cluster, ClusterDeps } from '../model/types.ts';
import type { ClusterOptions } from '../options.ts';
import { nodeFolderIn, wantedConfiguration, writeConfiguration } from '../server/index.ts';
import { listRunningSettings } from '../sql/queries/queries.gen.ts';
import { withClient } from '../sql-client.ts';

export interface ComparedSetting extends Setting {
  /** What runs; absent when the server does not. */
  readonly running?: string;
  readonly state: SettingState;
}

/**
 * What the model wants for our own server, beside what runs. With `isApplied` our file is written and the server told to
 * read it again; values that need a restart are then pending.
 *
 * @throws PLINTH_CLUSTER_NOT_OURS for attached servers
 */
export async function compareConfiguration(
  deps: ClusterDeps,
  options: ClusterOptions,
  cluster: Cluster | undefined,
  isApplied: boolean,
): Promise<readonly ComparedSetting[]> {
  if (cluster?.mode === 'attached') throw clusterErrors.NOT_OURS({ what: 'configuration' });
  const folder = nodeFolderIn(deps.dataDir);
  const wanted = await wantedConfiguration(folder, options);
  if (isApplied) await writeConfiguration(folder, wanted);
  const running = cluster ? await readRunning(cluster, wanted, isApplied) : [];
  return wanted.map((setting) => {
    const found = running.find(({ name }) => name === setting.name);
    const state = settingState(setting, found, basename(folder.configurationFile));
    return { ...setting, ...(found ? { running: found.value } : {}), state };
  });
}

async function readRunning(cluster: Cluster, wanted: readonly Setting[], isReloaded: boolean): Promise<readonly RunningSetting[]> {
  const endpoint = cluster.endpoint('oltp');
  if (isReloaded) await withClient(endpoint, (client) => client.query({ text: 'select pg_catalog.pg_reload_conf()' }));
  // A new session, so that it starts from what was just read.
  const rows = await withClient(endpoint, (client) => listRunningSettings.all(client, { names: wanted.map(({ name }) => name) }));
  return rows.map((row) => ({
    name: row.name,
    value: row.value,
    isPendingRestart: row.is_pending_restart,
    sourceFile: row.source_file === null ? '' : basename(row.source_file),
  }));
}
