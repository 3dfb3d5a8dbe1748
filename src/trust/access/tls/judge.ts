import { isIP } from 'node:net';
import { type Endpoint, startTls } from '../../../foundation/cluster/index.ts';
import { type Executor, messageOf } from '../../../kernel/index.ts';
import { weakCiphersIn } from './model/ciphers.ts';
import type { Trial } from './model/types.ts';
import { listPlainCopies, readEncryption } from './sql/queries/queries.gen.ts';

/** What one check found at a server, and what of it could not be judged. */
export interface JudgedEncryption {
  readonly findings: readonly { readonly subject: string; readonly what: string; readonly remedy?: string }[];
  readonly notJudged: readonly string[];
}

/** The checks of encryption: what the server speaks, with whom it copies, and what our own connections verify. Tries handshakes; changes nothing. */
export async function judgeEncryption(
  endpoint: Endpoint,
  executor: Executor,
): Promise<Readonly<Record<'A01' | 'A02' | 'A03', JudgedEncryption>>> {
  const encryption = await readEncryption.one(executor, {});
  return {
    A01: await judgeServer(endpoint, encryption.ciphers),
    A02: encryption.sees_copies
      ? { findings: await judgeCopies(executor), notJudged: [] }
      : { findings: [], notJudged: [`${endpoint.user} may not see who copies the server`] },
    A03: { findings: judgeClient(endpoint), notJudged: [] },
  };
}

async function judgeCopies(executor: Executor): Promise<JudgedEncryption['findings']> {
  const copies = await listPlainCopies.all(executor, {});
  return copies.map(({ user, application, address }) => ({
    subject: application || user,
    what: `${application || user} copies the server to ${address} without encryption`,
    remedy: 'in pg_hba.conf of the server hostssl instead of host, and sslmode=verify-full in primary_conninfo',
  }));
}

async function judgeServer(endpoint: Endpoint, ciphers: string | null): Promise<JudgedEncryption> {
  const { port, user, database } = endpoint;
  const target = { host: endpoint.host.startsWith('/') ? '127.0.0.1' : endpoint.host, port, user, database };
  try {
    (await startTls(target, { rejectUnauthorized: false })).destroy();
  } catch (error) {
    const remedy = 'plinth access tls init, or ssl = on in its configuration';
    return { findings: [{ subject: 'ssl', what: `the server speaks no TLS (${messageOf(error)})`, remedy }], notJudged: [] };
  }
  const named = ciphers === null ? undefined : weakCiphersIn(ciphers);
  // With what certificates are made with, which a start has no need of.
  const { tryEncryption } = await import('./trial/index.ts');
  const trials = await tryEncryption(target);
  const accepted = trials.filter(({ outcome }) => outcome === 'accepted');
  // What this machine cannot offer is known from the list, where the list says names.
  const untried = named === undefined ? trials.filter(({ outcome }) => outcome === 'not tried') : [];
  return {
    findings: [...accepted.map(findingOf), ...(named ?? []).map((name) => ({ subject: name, what: `ssl_ciphers has ${name}` }))],
    notJudged: untried.map(({ what, evidence }) => `${what}: ${evidence}`),
  };
}

const findingOf = ({ what, evidence }: Trial) => ({ subject: what, what: `the server accepts ${what} (${evidence})` });

/** Over a socket of one user nothing has to be verified, and what stays on this machine is nobody else's. */
function judgeClient({ host, ssl }: Endpoint): JudgedEncryption['findings'] {
  if (host.startsWith('/') || (isIP(host) !== 0 ? /^(127\.|::1$)/.test(host) : host === 'localhost')) return [];
  const remedy = 'sslmode=verify-full and sslrootcert in its URL';
  if (!ssl) return [{ subject: host, what: `connections to ${host} are not encrypted`, remedy }];
  const { rejectUnauthorized, checkServerIdentity } = ssl === true ? { rejectUnauthorized: true, checkServerIdentity: undefined } : ssl;
  if (rejectUnauthorized === false) return [{ subject: host, what: `connections to ${host} believe any certificate`, remedy }];
  return checkServerIdentity ? [{ subject: host, what: `connections to ${host} do not look at the name in its certificate`, remedy }] : [];
}
