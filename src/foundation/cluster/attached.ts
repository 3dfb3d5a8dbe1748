import { messageOf, sqlstateOf, type Tier, tiers } from '../../kernel/index.ts';
import { clusterErrors } from './errors.ts';
import type { ClusterDeps, Endpoint, Server } from './model/types.ts';
import type { ClusterOptions } from './options.ts';
import { probeServer, rememberProbes } from './probe/index.ts';
import { oldestMajor } from './programs/index.ts';
import { readUrl } from './read-url.ts';
import { makeDataDir, unwritable } from './server/index.ts';
import { withClient } from './sql-client.ts';
import { claimSupervisor, type SupervisorLock } from './supervisor/index.ts';

/**
 * Attaches to servers that others run. Reads from them and changes nothing; a tier without a URL shares the
 * database of the oltp tier.
 *
 * @throws PLINTH_CLUSTER_URL_MISSING, URL_INVALID, UNREACHABLE, NOT_BELIEVED, LOGIN_REFUSED, SERVER_TOO_OLD
 */
export async function openAttached(deps: ClusterDeps, options: ClusterOptions): Promise<Server> {
  const { dataDir } = deps;
  const endpoints = endpointsFrom(options);
  await Promise.all(tiers.map((tier) => checkServer(tier, endpoints[tier])));
  await makeDataDir(dataDir);
  // The lock tells `status` and `down` of this process. Several may use the same servers, so not getting it is no failure.
  const claim = await claimSupervisor(deps, 'attached').catch((error) => {
    throw unwritable(dataDir, error);
  });
  const lock = 'lock' in claim ? claim.lock : undefined;
  await lock?.update({ state: 'running' });
  return attachedCluster(deps, endpoints, lock);
}

/** The attached servers as a cluster, whether or not they answer. The lock, where there is one, is released by disposing. */
export function attachedCluster(
  { dataDir, clock }: Pick<ClusterDeps, 'dataDir' | 'clock'>,
  endpoints: Readonly<Record<Tier, Endpoint>>,
  lock?: SupervisorLock,
): Server {
  return {
    mode: 'attached',
    dataDir,
    isOwner: false,
    endpoint: (tier) => endpoints[tier],
    probe: rememberProbes(clock, (tier) => probeServer(endpoints[tier])),
    freeBytes: async () => undefined,
    async installCertificates() {
      throw clusterErrors.NOT_OURS({ what: 'certificate' });
    },
    async installRules() {
      throw clusterErrors.NOT_OURS({ what: 'pg_hba.conf' });
    },
    async listenOn() {
      throw clusterErrors.NOT_OURS({ what: 'network' });
    },
    announce: async (details) => lock?.update({ announced: { ...lock.current.announced, ...details } }),
    [Symbol.asyncDispose]: async () => lock?.[Symbol.asyncDispose](),
  };
}

/** The endpoint of each tier as the options give them. Reads certificate files; connects to nothing. */
export function endpointsFrom(options: ClusterOptions): Readonly<Record<Tier, Endpoint>> {
  const urls = { oltp: options.oltpUrl, content: options.contentUrl, queue: options.queueUrl, olap: options.olapUrl };
  const entries = tiers.map((tier) => {
    const url = urls[tier] ?? urls.oltp;
    if (url === undefined) throw clusterErrors.URL_MISSING({ tier });
    const read = readUrl(url);
    if ('reason' in read) throw clusterErrors.URL_INVALID({ tier, reason: read.reason });
    return [tier, read] as const;
  });
  return Object.fromEntries(entries) as Record<Tier, Endpoint>;
}

async function checkServer(tier: Tier, endpoint: Endpoint): Promise<void> {
  const where = `${endpoint.host}:${endpoint.port}`;
  const version = await withClient(endpoint, (client) => client.query({ text: 'show server_version' })).catch((cause) => {
    const reason = messageOf(cause);
    const isLogin = /^(28|3D)/.test(sqlstateOf(cause) ?? '') || /password/.test(reason);
    if (isLogin) throw clusterErrors.LOGIN_REFUSED({ tier, where, user: endpoint.user, reason }, { cause });
    // Node's codes for certificates and handshakes have no common prefix; the driver's own refusal has no code at all.
    const isTls = /SSL|TLS|CERT|SIGNATURE/.test((cause as { code?: string }).code ?? '') || /\b(SSL|TLS)\b/.test(reason);
    throw clusterErrors[isTls ? 'NOT_BELIEVED' : 'UNREACHABLE']({ tier, where, reason }, { cause });
  });
  const text = version.rows[0]?.server_version ?? '0';
  if (Number.parseInt(text, 10) < oldestMajor) throw clusterErrors.SERVER_TOO_OLD({ tier, version: text });
}
