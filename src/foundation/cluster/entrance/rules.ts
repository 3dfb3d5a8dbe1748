import { join } from 'node:path';
import { type Clock, messageOf } from '../../../kernel/index.ts';
import { clusterErrors } from '../errors.ts';
import { certificateBlock, demandTls, mapCertificates } from '../model/tls.ts';
import type { Certificates, Endpoint } from '../model/types.ts';
import type { NodeFolder } from '../server/node-folder.ts';
import { faultyRules, readLoadTime } from '../sql/queries/queries.gen.ts';
import { withClient } from '../sql-client.ts';
import { type Change, compareFiles, makeChange, undoChanges, type Wanted } from './files.ts';

const reloadWaitMs = 5_000;

/** A server of ours that runs. */
export interface Target {
  readonly clock: Clock;
  readonly folder: NodeFolder;
  /** The superuser's, at the time of the call. */
  readonly endpoint: Endpoint;
}

/** See `Server.installRules`. @throws PLINTH_CLUSTER_RULES_REFUSED */
export async function installRules(target: Target, rules: string): Promise<boolean> {
  const file = join(target.folder.data, 'pg_hba.conf');
  try {
    const made = await followRules(target, [{ path: file, mode: 0o600, content: (before) => `${certificateBlock(before)}${rules}` }]);
    return made.length > 0;
  } catch (cause) {
    throw clusterErrors.RULES_REFUSED({ file, reason: messageOf(cause) }, { cause });
  }
}

/** Closes TCP to plaintext and lets the roles of `certificates` in by theirs; what else the rules say stays. */
export async function demandCertificates(target: Target, certificates: Certificates): Promise<readonly Change[]> {
  // Without a Unix socket the platform itself comes over TCP of this machine, before there are certificates.
  if (process.platform === 'win32') return [];
  const { data } = target.folder;
  return followRules(target, [
    { path: join(data, 'pg_ident.conf'), mode: 0o600, content: (before) => mapCertificates(before, certificates.roles) },
    { path: join(data, 'pg_hba.conf'), mode: 0o600, content: (before) => demandTls(before, certificates) },
  ]);
}

/**
 * The only writer of the files that say who comes in: writes, lets the server judge, reloads, logs in; or all is as before. Gives the files
 * that were changed. @throws an Error that says what the server could not use
 */
async function followRules(target: Target, wanted: readonly Wanted[]): Promise<readonly Change[]> {
  const changes = await compareFiles(wanted);
  if (changes.length === 0) return [];
  let isTold = false;
  try {
    for (const change of changes) await makeChange(target.folder, change);
    const faults = await withClient(target.endpoint, (client) => faultyRules.all(client, {}));
    if (faults.length > 0) throw new Error(faults.map(({ file, line, fault }) => `${file}:${line}: ${fault}`).join('; '));
    isTold = true;
    await awaitReload(target);
    await withClient(target.endpoint, async () => {});
    return changes;
  } catch (error) {
    await undoChanges(target.folder, changes);
    if (isTold) await reload(target).catch(() => {});
    throw error;
  }
}

/** Lets the server read its files; not yet waited for. */
export async function reload({ endpoint }: Target): Promise<void> {
  await withClient(endpoint, (client) => client.query({ text: 'select pg_catalog.pg_reload_conf()' }));
}

/** The same, until new sessions are under the new rules. */
async function awaitReload({ endpoint, clock }: Target): Promise<void> {
  await withClient(endpoint, async (client) => {
    const before = await readLoadTime.one(client, {});
    await client.query({ text: 'select pg_catalog.pg_reload_conf()' });
    const deadline = clock.monotonicMs() + reloadWaitMs;
    while ((await readLoadTime.one(client, {})).loaded.getTime() === before.loaded.getTime()) {
      if (clock.monotonicMs() > deadline) throw new Error('the server does not read its configuration');
      await clock.sleep(5);
    }
  });
  // The postmaster tells its children before it reads pg_hba.conf itself.
  await clock.sleep(50);
}
