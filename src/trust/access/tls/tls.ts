import { mkdir } from 'node:fs/promises';
import type { Cluster } from '../../../foundation/cluster/index.ts';
import { type Clock, type EventBus, type Log, loop, type Service } from '../../../kernel/index.ts';
import { isDue } from '../model/life.ts';
import { tlsErrors } from './errors.ts';
import { believed, ensureAuthority, ensureRevocations, isServerGood, issue, lifeOf } from './issuing.ts';
import { certificateRoles, clientName, impossibleName, serverNames } from './model/names.ts';
import type { Tls, TlsChanges } from './model/types.ts';
import { readStatus } from './status.ts';
import { type Stored, TlsStore } from './store.ts';

export interface TlsDeps {
  readonly cluster: Pick<Cluster, 'mode' | 'endpoint' | 'installCertificates'>;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  /** Networks from which clients with a certificate may come, in CIDR notation. */
  readonly networks: readonly string[];
}

const lookEveryMs = 3_600_000;

/** Opens the certificates of a platform: reads and makes nothing before it is asked. @throws PLINTH_ACCESS_SERVER_NAME */
export function openTls(deps: TlsDeps, options: { readonly tlsNames?: string | undefined }): Tls & { readonly renewal: Service } {
  const { cluster, clock, events } = deps;
  const store = new TlsStore(deps.dataDir);
  const names = serverNames(options.tlsNames);
  const impossible = impossibleName(names);
  if (impossible !== undefined) throw tlsErrors.SERVER_NAME({ name: impossible });
  const isOwn = cluster.mode !== 'attached';
  const audited = (action: string, target: string) =>
    events.emit('audited', { action: `access.tls.${action}`, success: true, target: { type: 'certificate', id: target } });

  /** What the files say is what our server shows; one of others takes them from the hands of its administrator. */
  const install = async (authority: Stored, server: Stored): Promise<boolean> => {
    const revocations = await store.revocations();
    if (!isOwn || !revocations) return false;
    return cluster.installCertificates({
      identity: server.text,
      authority: authority.certificate.toString(),
      revocations: revocations.text,
      roles: certificateRoles,
      networks: deps.networks,
    });
  };

  const ensure = async ({ isForced = false } = {}): Promise<TlsChanges> => {
    const now = clock.now();
    const issued: string[] = [];
    await mkdir(store.folder, { recursive: true });
    const authority = await ensureAuthority(store, now, issued);
    const found = await store.read(store.serverFile);
    const isGood = found && !isForced && isServerGood(found, authority, names, now);
    if (!isGood) issued.push('server');
    const server = isGood
      ? found
      : await issue(store, authority, now, { kind: 'server', name: 'localhost', names, file: store.serverFile });
    for (const client of await store.clients()) {
      if (!isForced && !isDue(lifeOf(client), now)) continue;
      await issue(store, authority, now, { kind: 'client', name: client.name, file: client.file });
      issued.push(client.name);
    }
    await ensureRevocations(store, authority, now);
    const isInstalled = await install(authority, server);
    for (const name of issued) audited('issue', name);
    return { issued, isInstalled };
  };

  const existing = async (): Promise<Stored> => {
    const authority = await store.read(store.authorityFile);
    if (!authority) throw tlsErrors.NO_AUTHORITY({ folder: store.folder });
    return authority;
  };

  return {
    ensure,
    status: () => readStatus(deps, store),
    async issue(name) {
      if (!clientName.test(name)) throw tlsErrors.CERTIFICATE_NAME({ name });
      const authority = await existing();
      const now = clock.now();
      const file = store.clientFile(name);
      const there = await store.read(file);
      if (there && lifeOf(there).validUntil > now) throw tlsErrors.CERTIFICATE_EXISTS({ name, file, validUntil: lifeOf(there).validUntil });
      const made = await issue(store, authority, now, { kind: 'client', name, file });
      audited('issue', name);
      return { name, file, validUntil: lifeOf(made).validUntil };
    },
    async revoke(name) {
      const authority = await existing();
      const now = clock.now();
      const known = believed(await store.ledger(), now).filter((entry) => entry.kind === 'client');
      const meant = known.filter((entry) => entry.name === name);
      if (meant.length === 0) throw tlsErrors.CERTIFICATE_UNKNOWN({ name, known: [...new Set(known.map((entry) => entry.name))] });
      await store.note(meant.map(({ serial }) => ({ revoked: serial })));
      await ensureRevocations(store, authority, now);
      await store.removeClient(name);
      const server = await store.read(store.serverFile);
      if (server) await install(authority, server);
      audited('revoke', name);
    },
    async tryOut(url) {
      const { tryServer } = await import('./trial/index.ts');
      return tryServer(deps, store, url);
    },
    renewal: loop(deps, {
      name: 'renewal of certificates',
      intervalMs: lookEveryMs,
      async run() {
        if (!isOwn) return;
        const { issued } = await ensure();
        if (issued.length > 0) deps.log.info('renewed certificates', { issued });
      },
    }),
  };
}
