import { createReadStream } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSupervisor } from '../../../foundation/cluster/index.ts';
import type { Judged } from './model/types.ts';

/** The places of our own server on this disk; undefined while no process of ours runs one. */
async function placesOf(dataDir: string) {
  const running = await readSupervisor(dataDir);
  if (!running?.server) return undefined;
  const main = await realpath(join(dataDir, 'main'));
  return { main, data: join(main, 'data'), logFile: running.server.logFile, socketDir: running.server.socketDir };
}

const notRunning = 'no server of ours runs from this folder';
const octal = (mode: number) => `0${(mode & 0o777).toString(8)}`;

/** Modes and owners of the data folder, its keys, the sockets, the log and the secrets. */
export async function judgeFiles(dataDir: string, server: string): Promise<Judged> {
  const places = await placesOf(dataDir);
  if (!places) return { findings: [], notJudged: [notRunning] };
  const { main, data, logFile, socketDir } = places;
  const names = await readdir(data).catch((error: NodeJS.ErrnoException) => (error.code === 'EACCES' ? undefined : Promise.reject(error)));
  const bounds: readonly (readonly [string, number])[] = [
    [data, 0o750],
    ...(socketDir ? [[socketDir, 0o770] as const] : []),
    [logFile, 0o600],
    [`${logFile}.1`, 0o600],
    [join(main, 'superuser-password'), 0o600],
    [join(dataDir, 'secrets.json'), 0o600],
    [join(main, 'tls/server.pem'), 0o600],
    ...(await keysOf(dataDir)).map((path) => [path, 0o600] as const),
    ...(names ?? []).filter((name) => name.endsWith('.key')).map((name) => [join(data, name), 0o600] as const),
  ];
  const wide = await Promise.all(
    bounds.map(async ([path, bound]) => {
      const found = await stat(path).catch(() => undefined);
      if (!found || (found.mode & 0o777 & ~bound) === 0) return [];
      return [
        { server, subject: path, what: `${path} has mode ${octal(found.mode)}`, remedy: `chmod ${octal(found.mode & bound)} ${path}` },
      ];
    }),
  );
  if (!names) return { findings: wide.flat(), notJudged: [`what lies in ${data} is for the account of the server to see`] };
  const owner = (await stat(data)).uid;
  const foreign = await Promise.all(
    names.map(async (name) => {
      const path = join(data, name);
      const found = await stat(path).catch(() => undefined);
      if (!found || found.uid === owner) return [];
      return [{ server, subject: path, what: `${path} belongs to user ${found.uid}, the data folder to ${owner}` }];
    }),
  );
  return { findings: [...wide, ...foreign].flat(), notJudged: [] };
}

/** What access keeps of certificates that nobody else may read. */
async function keysOf(dataDir: string): Promise<readonly string[]> {
  const folder = join(dataDir, 'tls');
  const clients = await readdir(join(folder, 'clients')).catch(() => []);
  return [...['authority.pem', 'server.pem', 'issued.jsonl'], ...clients.map((name) => join('clients', name))].map((name) =>
    join(folder, name),
  );
}

/** Looks through the log of our own server for the secrets that this folder keeps. */
export async function searchLog(dataDir: string, server: string): Promise<Judged> {
  const places = await placesOf(dataDir);
  if (!places) return { findings: [], notJudged: [notRunning] };
  const secrets = await secretsOf(dataDir, places.main);
  if (secrets.size === 0) return { findings: [], notJudged: ['no secret is kept in this folder, so there is none to look for in the log'] };
  const found = await Promise.all([places.logFile, `${places.logFile}.1`].map((file) => namesIn(file, secrets)));
  return {
    findings: [...new Set(found.flat())].map((name) => ({
      server,
      subject: name,
      what: `the log of the server holds the clear password of ${name}`,
      remedy: 'give it a new password, and delete the log',
    })),
    notJudged: [],
  };
}

async function secretsOf(dataDir: string, main: string): Promise<ReadonlyMap<string, string>> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  const [kept, superuser] = await Promise.all([read(join(dataDir, 'secrets.json')), read(join(main, 'superuser-password'))]);
  // Beside the passwords it keeps objects, which tell the logins that are in use.
  const entries = kept === '' ? [] : Object.entries(JSON.parse(kept) as Record<string, unknown>);
  const texts = [...entries, ['postgres', superuser.trim()] as const].filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length >= 16,
  );
  return new Map(texts);
}

/** The names whose secret stands somewhere in a file, which may be larger than memory. */
async function namesIn(file: string, secrets: ReadonlyMap<string, string>): Promise<string[]> {
  const longest = Math.max(...[...secrets.values()].map((secret) => secret.length));
  const names = new Set<string>();
  let before = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
      const text = before + chunk;
      for (const [name, secret] of secrets) if (text.includes(secret)) names.add(name);
      before = text.slice(-longest);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return [...names];
}
