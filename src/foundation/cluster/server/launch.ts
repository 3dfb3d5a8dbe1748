import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, hasCode, type Log } from '../../../kernel/index.ts';
import { clusterErrors } from '../errors.ts';
import type { Account } from '../programs/index.ts';
import { findFreePort } from './free-port.ts';
import type { NodeFolder } from './node-folder.ts';
import { adoptPostmaster, type Postmaster, startPostmaster } from './postmaster.ts';
import { findPostmaster, type PostmasterFile } from './postmaster-file.ts';
import type { PreparedNode } from './prepare.ts';

const portsTried = 50;
const releaseWaitMs = 10_000;
const stopWaitMs = 60_000;
// The name of a Unix socket may have 103 bytes (macOS) or 107 (Linux) with `/.s.PGSQL.65535`.
const socketDirBytes = 103 - '/.s.PGSQL.65535'.length;

/**
 * Adopts the server that a dead supervisor left on this folder, else starts one on the first free port.
 *
 * After a kill the old server's sessions may hold its shared memory for a moment; that is waited for.
 *
 * @throws PLINTH_CLUSTER_* of a start
 */
export async function launch(
  deps: { readonly clock: Clock; readonly log: Log },
  node: PreparedNode,
  wish: { readonly port: number; readonly socketDir: string | undefined },
): Promise<Postmaster> {
  const { clock, log } = deps;
  const deadline = clock.monotonicMs() + releaseWaitMs;
  let [first, tried] = [wish.port, 0];
  for (;;) {
    const found = await settled(clock, node.folder);
    if (found) {
      log.info('adopting the PostgreSQL that an earlier process left running', { pid: found.pid, port: found.port });
      return adoptPostmaster(clock, found);
    }
    const port = await findFreePort(first, portsTried - tried);
    if (port === undefined) throw clusterErrors.PORT_TAKEN({ port: wish.port, tried: portsTried, evidence: [] });
    try {
      const postmaster = await startPostmaster(clock, { ...node, port, ...(wish.socketDir ? { socketDir: wish.socketDir } : {}) });
      if (wish.port !== 0 && port !== wish.port) log.warn(`port ${wish.port} is taken; PostgreSQL listens on ${port}`, { port });
      return postmaster;
    } catch (error) {
      if (hasCode(error, 'PLINTH_CLUSTER_PORT_TAKEN') && tried < portsTried) {
        tried += 1;
        first = wish.port === 0 ? 0 : port + 1;
      } else if (hasCode(error, 'PLINTH_CLUSTER_STILL_IN_USE') && clock.monotonicMs() < deadline) {
        await clock.sleep(100);
      } else throw error;
    }
  }
}

/** The folder for the Unix socket: the node's own, or one in the temporary folder where that path is too long. */
export async function socketFolder(folder: NodeFolder, account: Account | undefined): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  if (Buffer.byteLength(folder.sockets) <= socketDirBytes) return folder.sockets;
  const short = await mkdtemp(join(tmpdir(), 'plinth-'));
  if (account) await chown(short, account.uid, account.gid);
  return short;
}

// A server on its way up or down is waited for: what it will be decides between adopting and starting. Recovery takes what
// it takes; an end that does not come (a smart shutdown with sessions) is a matter for people.
async function settled(clock: Clock, folder: NodeFolder): Promise<PostmasterFile | undefined> {
  const deadline = clock.monotonicMs() + stopWaitMs;
  for (;;) {
    const found = await findPostmaster(folder);
    if (!found || found.state === 'ready' || found.state === 'standby') return found;
    if (found.state !== 'starting' && clock.monotonicMs() > deadline) {
      throw clusterErrors.STILL_IN_USE({ folder: folder.data, evidence: [`postmaster ${found.pid} is ${found.state}`] });
    }
    await clock.sleep(20);
  }
}
