import { statfs } from 'node:fs/promises';
import { messageOf, type Tier } from '../../kernel/index.ts';
import { installRules, keepListening, listensOn } from './entrance/index.ts';
import { clusterErrors } from './errors.ts';
import type { ClusterDeps, Server, Supervisor } from './model/types.ts';
import type { ClusterOptions } from './options.ts';
import { probeServer, rememberProbes } from './probe/index.ts';
import {
  awaitLogin,
  endpointOf,
  keepRunning,
  makeDataDir,
  nodeFolderIn,
  prepareNode,
  superuserPassword,
  unwritable,
} from './server/index.ts';
import { claimSupervisor, type SupervisorLock } from './supervisor/index.ts';
import { installCertificates } from './tls/index.ts';

/** Starts our own server (engines `embedded` and `system`), or joins the process that already runs it. */
export async function openOwn(deps: ClusterDeps, options: ClusterOptions & { readonly engine: 'embedded' | 'system' }): Promise<Server> {
  const { dataDir } = deps;
  await makeDataDir(dataDir);
  const claim = await claimSupervisor(deps, options.engine).catch((error) => {
    throw unwritable(dataDir, error);
  });
  return 'lock' in claim ? start(deps, options, claim.lock) : joinOwn(deps, claim.running);
}

async function start(
  deps: ClusterDeps,
  options: ClusterOptions & { readonly engine: 'embedded' | 'system' },
  lock: SupervisorLock,
): Promise<Server> {
  await using cleanup = new AsyncDisposableStack();
  cleanup.use(lock);
  const node = await prepareNode(deps, options);
  const { logFile } = node.folder;
  const password = await superuserPassword(node.folder);
  const publish = ({ pid, port, socketDir }: { pid: number; port: number; socketDir?: string }) =>
    lock.update({ state: 'running', server: { postmasterPid: pid, port, logFile, ...(socketDir ? { socketDir } : {}) } });
  const running = cleanup.use(await keepRunning(deps, node, { port: options.port, onRestart: publish }));
  await awaitLogin(deps.clock, () => endpointOf(running.postmaster, password, 'postgres')).catch((cause) => {
    throw clusterErrors.START_FAILED({ program: 'postgres', logFile, evidence: [messageOf(cause)] }, { cause });
  });
  await publish(running.postmaster);

  const endpoint = (tier: Tier) => endpointOf(running.postmaster, password, tier);
  const held = cleanup.move();
  return {
    mode: options.engine,
    dataDir: deps.dataDir,
    isOwner: true,
    endpoint,
    probe: rememberProbes(deps.clock, (tier) => probeServer(endpoint(tier))),
    freeBytes: () => freeBytesUnder(deps.dataDir),
    installCertificates: (certificates) =>
      installCertificates(
        { clock: deps.clock, folder: node.folder, endpoint: endpointOf(running.postmaster, password, 'postgres') },
        certificates,
      ),
    installRules: (rules) =>
      installRules({ clock: deps.clock, folder: node.folder, endpoint: endpointOf(running.postmaster, password, 'postgres') }, rules),
    async listenOn(addresses) {
      await keepListening(node.folder, addresses);
      if (await listensOn(node.folder, addresses)) return false;
      deps.log.info(`PostgreSQL is started again to listen on ${addresses}`);
      await running.restart();
      await awaitLogin(deps.clock, () => endpointOf(running.postmaster, password, 'postgres'));
      return true;
    },
    announce: (details) => lock.update({ announced: { ...lock.current.announced, ...details } }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** The cluster that another process runs. Disposing leaves it alone. @throws PLINTH_CLUSTER_STILL_RUNNING when that one has no server of its own */
export async function joinOwn({ dataDir, log, clock }: ClusterDeps, running: Supervisor): Promise<Server> {
  const { server, pid, mode } = running;
  if (!server) throw clusterErrors.STILL_RUNNING({ dataDir, pid });
  const password = await superuserPassword(nodeFolderIn(dataDir));
  log.info('joining the platform that another process runs here', { pid, port: server.port });
  const endpoint = (tier: Tier) => endpointOf(server, password, tier);
  return {
    mode,
    dataDir,
    isOwner: false,
    endpoint,
    probe: rememberProbes(clock, (tier) => probeServer(endpoint(tier))),
    freeBytes: () => freeBytesUnder(dataDir),
    installCertificates: (certificates) =>
      installCertificates({ clock, folder: nodeFolderIn(dataDir), endpoint: endpointOf(server, password, 'postgres') }, certificates),
    installRules: (rules) =>
      installRules({ clock, folder: nodeFolderIn(dataDir), endpoint: endpointOf(server, password, 'postgres') }, rules),
    listenOn: async () => false,
    announce: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

/** For those who are not root. */
async function freeBytesUnder(dataDir: string): Promise<number> {
  const { bavail, bsize } = await statfs(nodeFolderIn(dataDir).root);
  return bavail * bsize;
}
