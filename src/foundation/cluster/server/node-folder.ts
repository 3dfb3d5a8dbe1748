import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readdir, realpath, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { clusterErrors } from '../errors.ts';
import { type Account, canReach } from '../programs/index.ts';

/** The files of one server. All but `data` and `sockets` belong to who supervises it. */
export interface NodeFolder {
  readonly root: string;
  /** PostgreSQL's data directory, mode 0700, of the account that runs the server. */
  readonly data: string;
  readonly sockets: string;
  readonly logFile: string;
  readonly configurationFile: string;
  readonly passwordFile: string;
  /** Addresses to listen on; absent: this machine alone. */
  readonly listenFile: string;
  /** What the server proves itself with, once access has made it. */
  readonly tls: string;
}

/** The paths of the platform's only node, without touching the disk; `root` may be a link, see openNodeFolder. */
export function nodeFolderIn(dataDir: string): NodeFolder {
  return filesOf(join(dataDir, 'main'));
}

/**
 * Makes the folder of the node where the account can reach it, and returns its real place.
 *
 * Under a folder that only root may enter (`/root`) the account could never get to its data; then the node
 * lies in `/var/lib/plinth` and `<dataDir>/main` is a link to it.
 *
 * @throws PLINTH_CLUSTER_DATA_DIR_NOT_WRITABLE, PLINTH_CLUSTER_DATA_DIR_FOREIGN
 */
export async function openNodeFolder(dataDir: string, account: Account | undefined): Promise<NodeFolder> {
  const main = join(dataDir, 'main');
  try {
    if (!(await lstat(main).catch(() => undefined))) await placeNode(dataDir, main, account);
    const folder = filesOf(await realpath(main));
    await makeOwn(folder.data, account);
    await makeOwn(folder.sockets, account);
    return folder;
  } catch (error) {
    throw unwritable(dataDir, error);
  }
}

/** Makes the platform's folder. The account of a server must be able to pass through, hence 0711 as root, 0700 otherwise. */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const { uid } = await stat(dataDir);
    if (process.getuid?.() === 0 && uid === 0) await chmod(dataDir, 0o711);
  } catch (error) {
    throw unwritable(dataDir, error);
  }
}

/** Whether the server's data exist already. @throws PLINTH_CLUSTER_HALF_MADE when something else lies in their place. */
export async function hasData(folder: NodeFolder): Promise<boolean> {
  const names = await readdir(folder.data);
  if (names.includes('PG_VERSION')) return true;
  if (names.length > 0) throw clusterErrors.HALF_MADE({ folder: folder.data });
  return false;
}

function filesOf(root: string): NodeFolder {
  return {
    root,
    data: join(root, 'data'),
    sockets: join(root, 'run'),
    logFile: join(root, 'server.log'),
    configurationFile: join(root, 'plinth.conf'),
    passwordFile: join(root, 'superuser-password'),
    listenFile: join(root, 'listen-addresses'),
    tls: join(root, 'tls'),
  };
}

async function placeNode(dataDir: string, main: string, account: Account | undefined): Promise<void> {
  if (await canReach(dataDir, account, 1)) return makeFolder(main, account ? 0o711 : 0o700);
  const project = basename(dirname(dataDir)).replace(/[^\w-]/g, '') || 'platform';
  const place = join('/var/lib/plinth', `${project}-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
  await makeFolder(dirname(place), 0o711);
  await makeFolder(place, 0o711);
  await symlink(place, main);
}

// chmod, because the mode given to mkdir is cut by the umask.
async function makeFolder(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
}

async function makeOwn(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const { uid } = await stat(path);
  const wanted = account?.uid ?? process.getuid?.() ?? uid;
  if (uid === wanted) return;
  if (!account || (await readdir(path)).length > 0) throw clusterErrors.DATA_DIR_FOREIGN({ folder: path, owner: uid, uid: wanted });
  await chown(path, account.uid, account.gid);
}

/** Names what keeps us from writing the data folder; any other error comes back as it is. */
export function unwritable(dataDir: string, error: unknown): unknown {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'not permitted',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a file of that name exists',
  };
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
  return reason ? clusterErrors.DATA_DIR_NOT_WRITABLE({ dataDir, reason }, { cause: error }) : error;
}
