import { randomBytes } from 'node:crypto';
import { chown, constants, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Log, quoteIdentifier, quoteLiteral, tiers, uuidv7 } from '../../../kernel/index.ts';
import type { Account, Binaries } from '../programs/index.ts';
import { runProgram } from '../programs/index.ts';
import type { NodeFolder } from './node-folder.ts';
import { startFailure } from './start-failure.ts';

/** Name of the superuser of our own servers. */
export const superuser = 'postgres';

interface Birth {
  readonly folder: NodeFolder;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly log: Log;
  readonly isThrowaway: boolean;
}

/**
 * Makes the data of a new server: UTF-8, the built-in locale `C.UTF-8` (the same order on every system and
 * under every ICU), checksums, scram for all connections, and a database per tier.
 *
 * The data are made beside their place without waiting for the disk, synced whole at the end and only then moved there,
 * so a kill at any moment leaves either nothing or all. Made through the running server, the four databases alone took
 * longer than initdb. Those of a throwaway server are never synced.
 *
 * @throws PLINTH_CLUSTER_* of a start
 */
export async function initialise({ folder, binaries, account, log, isThrowaway }: Birth): Promise<void> {
  log.info('making a new PostgreSQL data folder', { folder: folder.data, account: account?.name });
  await removeUnfinished(folder);
  // A name of its own: an initdb whose parent was killed clears its folder by name when it fails, and must not hit ours.
  const [fresh, passwordFile] = [`${folder.data}${unfinished}${uuidv7()}`, join(folder.root, 'initdb-password')];
  await mkdir(fresh, { mode: 0o700 });
  // The account may not read our password file, so initdb gets one of its own for as long as it runs.
  await writeFile(passwordFile, `${await superuserPassword(folder)}\n`, { mode: 0o600 });
  try {
    if (account) await Promise.all([fresh, passwordFile].map((path) => chown(path, account.uid, account.gid)));
    const run = async (program: 'initdb' | 'postgres', args: readonly string[], input?: string) => {
      const outcome = await runProgram(join(binaries.bin, program), args, account, input);
      if (outcome.exitCode !== 0) throw await startFailure(program, outcome, { folder, account });
    };
    await run('initdb', initdbArguments(fresh, passwordFile));
    // The single-user server takes a statement a line; its -F leaves syncing to the last step.
    await run('postgres', ['--single', '-F', '-c', 'exit_on_error=on', '-D', fresh, 'postgres'], databaseStatements());
    if (!isThrowaway) await run('initdb', ['--sync-only', `--pgdata=${fresh}`]);
    await includeOurs(join(fresh, 'postgresql.conf'), folder);
    await rename(fresh, folder.data);
    await syncFolder(folder.root);
  } finally {
    await Promise.all([fresh, passwordFile].map((path) => rm(path, { recursive: true, force: true })));
  }
}

const unfinished = '.new-';

async function removeUnfinished(folder: NodeFolder): Promise<void> {
  const prefix = `${basename(folder.data)}${unfinished}`;
  const left = (await readdir(folder.root)).filter((name) => name.startsWith(prefix));
  // Tried again, because that initdb may still be writing there.
  await Promise.all(left.map((name) => rm(join(folder.root, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })));
}

/**
 * The superuser's password, made at the first call and kept in a file of mode 0600. An empty file is what a kill leaves between making
 * it and writing it; it never was anybody's password.
 */
export async function superuserPassword({ passwordFile }: Pick<NodeFolder, 'passwordFile'>): Promise<string> {
  const kept = await readFile(passwordFile, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  if (kept !== '') return kept;
  const password = randomBytes(24).toString('base64url');
  const draft = `${passwordFile}.new`;
  await writeFile(draft, password, { mode: 0o600, flush: true });
  await rename(draft, passwordFile);
  return password;
}

const databaseStatements = () =>
  tiers
    .flatMap((tier) => [
      `create database ${quoteIdentifier(tier)}`,
      `comment on database ${quoteIdentifier(tier)} is ${quoteLiteral(`The ${tier} tier of this platform`)}`,
    ])
    .join('\n');

const initdbArguments = (data: string, passwordFile: string): readonly string[] => [
  '--no-sync',
  `--pgdata=${data}`,
  `--username=${superuser}`,
  `--pwfile=${passwordFile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--data-checksums',
];

// The only line we ever write into postgresql.conf. It stands last, so what an operator adds below it wins.
// As root we write into a folder of the account: never through a link that it could have put there.
async function includeOurs(file: string, folder: NodeFolder): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
  try {
    await handle.write(
      `\n# Written by Plinth at each start; settings below this line win over it.\ninclude_if_exists = '../${basename(folder.configurationFile)}'\n`,
    );
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path);
  await handle.sync().finally(() => handle.close());
}
