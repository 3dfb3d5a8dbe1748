import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../../kernel/index.ts';
import { clusterErrors } from '../errors.ts';

/** An unprivileged account that a server started by root runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/**
 * As whom the server runs: undefined is the present user, an account when the present user is root.
 *
 * Existing data decides: it is run by its owner, whatever name that has today. Otherwise `postgres`, then
 * `plinth`, which is made where the system lets us, then `nobody`.
 *
 * @throws PLINTH_CLUSTER_NO_ACCOUNT
 */
export async function chooseAccount(dataFolder: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `uid ${owner.uid}` };
  const known = (await findAccount('postgres')) ?? (await findAccount('plinth'));
  if (known) return known;
  let reason = 'no entry in /etc/passwd';
  try {
    await promisify(execFile)('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'plinth']);
  } catch (error) {
    reason = messageOf(error).split('\n')[0] as string;
  }
  const account = (await findAccount('plinth')) ?? (await findAccount('nobody'));
  if (!account) throw clusterErrors.NO_ACCOUNT({ reason });
  return account;
}

async function findAccount(name: string): Promise<Account | undefined> {
  const entries = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = entries
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':');
  return fields && fields[2] !== '0' ? { uid: Number(fields[2]), gid: Number(fields[3]), name } : undefined;
}

/**
 * Whether the account may pass every folder on the way to `path` and has the permissions `wanted` there
 * (5: read and enter, 1: enter). Access control lists are not asked.
 */
export async function canReach(path: string, account: Account | undefined, wanted: 1 | 5 = 5): Promise<boolean> {
  if (!account) return true;
  for (let at = path, need: number = wanted; ; at = dirname(at), need = 1) {
    const { mode, uid, gid } = await stat(at);
    const granted = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
    if ((granted & need) !== need) return false;
    if (at === dirname(at)) return true;
  }
}
