import { X509Certificate } from 'node:crypto';
import { startTls } from '../../../foundation/cluster/index.ts';
import { daysUntil, isDue } from '../model/life.ts';
import { lifeOf } from './issuing.ts';
import { namesIn } from './model/names.ts';
import type { CertificateKind, CertificateStatus, TlsStatus } from './model/types.ts';
import type { Stored, TlsStore } from './store.ts';
import type { TlsDeps } from './tls.ts';

/** What lies in the data folder, and what the running server shows of it. */
export async function readStatus(deps: TlsDeps, store: TlsStore): Promise<TlsStatus> {
  const now = deps.clock.now();
  const [authority, server, clients, revocations, ledger] = await Promise.all([
    store.read(store.authorityFile),
    store.read(store.serverFile),
    store.clients(),
    store.revocations(),
    store.ledger(),
  ]);
  // Never given to anybody: they are there to be tried.
  const probes = new Set(ledger.flatMap((entry) => ('kind' in entry && entry.kind === 'probe' ? [entry.serial] : [])));
  const describe = (kind: CertificateKind, name: string, stored: Stored): CertificateStatus => {
    const life = lifeOf(stored);
    return {
      kind,
      name,
      names: namesIn(stored.certificate.subjectAltName),
      file: stored.file,
      ...life,
      daysLeft: daysUntil(life.validUntil, now),
      isDue: isDue(life, now),
      fingerprint: stored.certificate.fingerprint256,
    };
  };
  const commonName = (stored: Stored) => /CN=(.*)/.exec(stored.certificate.subject)?.[1] ?? '';
  const isOwn = deps.cluster.mode !== 'attached';
  const { port, user } = deps.cluster.endpoint('oltp');
  return {
    certificates: [
      ...(authority ? [describe('authority', commonName(authority), authority)] : []),
      ...(server ? [describe('server', commonName(server), server)] : []),
      ...clients.map((client) => describe('client', client.name, client)),
    ],
    revocations: revocations && {
      file: store.revocationsFile,
      validUntil: revocations.validUntil,
      count: revocations.serials.filter((serial) => !probes.has(serial)).length,
    },
    server: isOwn ? await shownBy(port, server) : 'attached',
    url: isOwn ? urlOf({ port, user, authority: store.publicFile }) : undefined,
  };
}

async function shownBy(port: number, server: Stored | undefined): Promise<'ours' | 'other' | 'plaintext'> {
  try {
    const socket = await startTls({ host: '127.0.0.1', port }, { rejectUnauthorized: false });
    const shown = socket.getPeerX509Certificate();
    socket.destroy();
    return shown instanceof X509Certificate && shown.fingerprint256 === server?.certificate.fingerprint256 ? 'ours' : 'other';
  } catch {
    return 'plaintext';
  }
}

function urlOf({ port, user, authority }: { readonly port: number; readonly user: string; readonly authority: string }): string {
  return `postgres://${encodeURIComponent(user)}@localhost:${port}/oltp?sslmode=verify-full&sslrootcert=${encodeURIComponent(authority)}`;
}
