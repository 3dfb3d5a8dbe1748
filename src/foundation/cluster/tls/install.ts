import { X509Certificate } from 'node:crypto';
import { constants, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, messageOf, uuidv7 } from '../../../kernel/index.ts';
import { lastLines } from '../administration/log-tail.ts';
import { clusterErrors } from '../errors.ts';
import { evidenceIn } from '../model/start-failure.ts';
import { demandTls, mapCertificates, renderTlsSettings, tlsFiles } from '../model/tls.ts';
import type { Certificates, Endpoint } from '../model/types.ts';
import type { NodeFolder } from '../server/node-folder.ts';
import { faultyRules, overrulingSettings } from '../sql/queries/queries.gen.ts';
import { withClient } from '../sql-client.ts';
import { startTls } from './start-tls.ts';

const takenUpMs = 5_000;

/** A server of ours that runs. */
interface Target {
  readonly clock: Clock;
  readonly folder: NodeFolder;
  /** The superuser's, at the time of the call. */
  readonly endpoint: Endpoint;
}

/** A file of the server, with what stood in it before; undefined where there was none. */
interface Change {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
  readonly mode: number;
}

/** See `Server.installCertificates`. @throws PLINTH_CLUSTER_TLS_REFUSED */
export async function installCertificates(target: Target, certificates: Certificates): Promise<boolean> {
  const { fingerprint256 } = new X509Certificate(certificates.identity);
  const done: Change[] = [];
  const make = async (changes: readonly Change[]) => {
    for (const change of changes) {
      done.push(change);
      await put(target.folder, change, change.after);
    }
  };
  try {
    const [files, before] = [await compare(await wantedFiles(target, certificates)), await shown(target)];
    await make(files);
    const now = files.length > 0 || before !== fingerprint256 ? await takeUp(target, fingerprint256) : before;
    // Plaintext is refused once there is something else: until then the server says of such rules that they fit nobody.
    const rules = now === undefined ? [] : await compare(wantedRules(target, certificates));
    await make(rules);
    if (rules.length > 0) await obey(target);
    return done.length > 0;
  } catch (cause) {
    const evidence = evidenceIn((await lastLines(target.folder.logFile, 20)).join('\n'));
    for (const change of done.toReversed()) await put(target.folder, change, change.before);
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

/** Lets the server follow its rules, once it has said that it can. @throws an Error with the lines it could not use */
async function obey(target: Target): Promise<void> {
  const faults = await withClient(target.endpoint, (client) => faultyRules.all(client, {}));
  if (faults.length > 0) throw new Error(faults.map(({ file, line, fault }) => `${file}:${line}: ${fault}`).join('; '));
  await reload(target);
}

/** What should stand in a file, from what stands there. */
interface Wanted {
  readonly path: string;
  readonly mode: number;
  content(before: string): string;
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

function wantedRules({ folder }: Target, certificates: Certificates): readonly Wanted[] {
  // Without a Unix socket the platform itself comes over TCP of this machine, before there are certificates.
  if (process.platform === 'win32') return [];
  return [
    { path: join(folder.data, 'pg_ident.conf'), mode: 0o600, content: (before) => mapCertificates(before, certificates.roles) },
    { path: join(folder.data, 'pg_hba.conf'), mode: 0o600, content: (before) => demandTls(before, certificates) },
  ];
}

async function compare(wanted: readonly Wanted[]): Promise<readonly Change[]> {
  const changes = await Promise.all(
    wanted.map(async ({ path, mode, content }) => {
      const before = await contentOf(path);
      return { path, mode, before, after: content(before ?? '') };
    }),
  );
  return changes.filter(({ before, after }) => before !== after);
}

// As root we read and write in a folder of the account: never through a link that it could have put there.
async function contentOf(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return file?.readFile('utf8').finally(() => file.close());
}

/** Written beside our own files, given to the server's account, and moved to its place whole. */
async function put(folder: NodeFolder, { path, mode }: Change, content: string | undefined): Promise<void> {
  if (content === undefined) return rm(path, { force: true });
  const draft = join(folder.tls, `${uuidv7()}.draft`);
  const { uid, gid } = await stat(folder.data);
  // Through its handle: the name may be another file by then, where the folder belongs to the account.
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.chmod(mode);
    if (process.getuid?.() === 0) await file.chown(uid, gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

async function reload({ endpoint }: Target): Promise<void> {
  await withClient(endpoint, (client) => client.query({ text: 'select pg_catalog.pg_reload_conf()' }));
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
