import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../kernel/index.ts';
import { lastLines } from '../administration/log-tail.ts';
import {
  type Change,
  compareFiles,
  demandCertificates,
  makeChange,
  reload,
  type Target,
  undoChanges,
  type Wanted,
} from '../entrance/index.ts';
import { clusterErrors } from '../errors.ts';
import { evidenceIn } from '../model/start-failure.ts';
import { renderTlsSettings, tlsFiles } from '../model/tls.ts';
import type { Certificates } from '../model/types.ts';
import { overrulingSettings } from '../sql/queries/queries.gen.ts';
import { withClient } from '../sql-client.ts';
import { startTls } from './start-tls.ts';

const takenUpMs = 5_000;

/** See `Server.installCertificates`. @throws PLINTH_CLUSTER_TLS_REFUSED */
export async function installCertificates(target: Target, certificates: Certificates): Promise<boolean> {
  const { fingerprint256 } = new X509Certificate(certificates.identity);
  const done: Change[] = [];
  try {
    const [files, before] = [await compareFiles(await wantedFiles(target, certificates)), await shown(target)];
    for (const change of files) {
      done.push(change);
      await makeChange(target.folder, change);
    }
    const now = files.length > 0 || before !== fingerprint256 ? await takeUp(target, fingerprint256) : before;
    // Plaintext is refused once there is something else: until then the server says of such rules that they fit nobody.
    const rules = now === undefined ? [] : await demandCertificates(target, certificates);
    return files.length + rules.length > 0;
  } catch (cause) {
    const evidence = evidenceIn((await lastLines(target.folder.logFile, 20)).join('\n'));
    await undoChanges(target.folder, done);
    await reload(target).catch(() => {});
    throw clusterErrors.TLS_REFUSED({ reason: messageOf(cause), evidence }, { cause });
  }
}

/** Lets the server read its files, and gives what it shows then: the certificate, or another that an operator has named, whose will goes before ours. */
async function takeUp(target: Target, fingerprint: string): Promise<string | undefined> {
  const ours = `%/tls/${tlsFiles.settings}`;
  const overruling = await withClient(target.endpoint, (client) => overrulingSettings.all(client, { ours }));
  await reload(target);
  const deadline = target.clock.monotonicMs() + takenUpMs;
  // The postmaster reads its files when it gets to it, and keeps the old ones when it cannot use them.
  for (;;) {
    const now = await shown(target);
    if (now === fingerprint || overruling.length > 0) return now;
    if (target.clock.monotonicMs() > deadline) throw new Error('the server does not show the new certificate');
    await target.clock.sleep(5);
  }
}

/** In this order: the settings name files that are there by then. */
async function wantedFiles({ folder }: Target, { authority, revocations, identity }: Certificates): Promise<readonly Wanted[]> {
  const major = Number.parseInt(await readFile(join(folder.data, 'PG_VERSION'), 'utf8'), 10);
  const file = (name: string, mode: number, content: string): Wanted => ({ path: join(folder.tls, name), mode, content: () => content });
  return [
    file(tlsFiles.authority, 0o644, authority),
    file(tlsFiles.revocations, 0o644, revocations),
    file(tlsFiles.identity, 0o600, identity),
    file(tlsFiles.settings, 0o644, renderTlsSettings(major)),
  ];
}

/** Fingerprint of the certificate that the server shows over TCP; undefined while it speaks no TLS. */
async function shown({ endpoint }: Target): Promise<string | undefined> {
  const at = { host: '127.0.0.1', port: endpoint.port };
  try {
    const socket = await startTls(at, { rejectUnauthorized: false });
    const fingerprint = socket.getPeerX509Certificate()?.fingerprint256;
    socket.destroy();
    return fingerprint;
  } catch {
    return undefined;
  }
}
