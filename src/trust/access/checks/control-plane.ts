import { networkInterfaces } from 'node:os';
import { readSupervisor } from '../../../foundation/cluster/index.ts';
import type { Judged } from './model/types.ts';
import { askFor, isLoopback, tryDoor } from './try-door.ts';

/** Parts that steer or watch a server from outside, by where they are reached; false: there is none; absent: nobody said. */
export interface ControlPlane {
  readonly patroni?: readonly string[] | false;
  readonly etcd?: readonly string[] | false;
  readonly pgbouncer?: readonly string[] | false;
  readonly exporters?: readonly string[] | false;
}

const parts = ['patroni', 'etcd', 'pgbouncer', 'exporters'] as const;

/** Tries what steers the platform without credentials: our own console, and each part that the configuration names. */
export async function judgeControlPlane(dataDir: string, declared: ControlPlane, server: string): Promise<readonly Judged[]> {
  const others = parts.map(async (part): Promise<Judged> => {
    const urls = declared[part];
    if (urls === false) return { findings: [], notJudged: [] };
    if (urls === undefined) return { findings: [], notJudged: [`${part}: access.controlPlane does not say where, or that there is none`] };
    const judged = await Promise.all(urls.map((url) => tryDoor(part, url, server)));
    return { findings: judged.flatMap(({ findings }) => findings), notJudged: judged.flatMap(({ notJudged }) => notJudged) };
  });
  return Promise.all([judgeConsole(dataDir, server), ...others]);
}

// Any route of ours that needs somebody who is signed in.
const path = '/api/access/checks';

/** The listener of the running platform: closed without a session, and in clear text only on this machine. */
async function judgeConsole(dataDir: string, server: string): Promise<Judged> {
  const address = (await readSupervisor(dataDir))?.announced.console;
  if (address === undefined) return { findings: [], notJudged: ['the console does not run, so nothing of it could be tried'] };
  const url = new URL(path, address);
  const judged = await tryDoor('console', url.href, server);
  if (url.protocol === 'https:') return judged;
  const reached = await Promise.all(
    outsideAddresses().map(async (host) => {
      const beyond = new URL(url);
      beyond.hostname = host.includes(':') ? `[${host}]` : host;
      return (await askFor(beyond)).outcome === 'silent' ? [] : [beyond.host];
    }),
  );
  const what = `console answers at ${reached.flat().join(', ')} in clear text, beyond this machine`;
  const findings =
    reached.flat().length > 0 ? [{ server, subject: 'console', what, remedy: 'http.host 127.0.0.1, or http.tlsCertFile' }] : [];
  return { findings: [...judged.findings, ...findings], notJudged: judged.notJudged };
}

/** Addresses of this machine by which others reach it. Those of one link need to name it. */
const outsideAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ internal, address }) => !internal && !isLoopback(address) && !address.startsWith('fe80:'))
    .map(({ address }) => address);
