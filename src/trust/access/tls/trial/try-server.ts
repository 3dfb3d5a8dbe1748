import { type ConnectionOptions, rootCertificates } from 'node:tls';
import { type Endpoint, readUrl, startTls } from '../../../../foundation/cluster/index.ts';
import { messageOf } from '../../../../kernel/index.ts';
import { tlsErrors } from '../errors.ts';
import { probeSerial } from '../issuing.ts';
import { certificateRoles } from '../model/names.ts';
import type { Trial, Trials } from '../model/types.ts';
import type { TlsStore } from '../store.ts';
import type { TlsDeps } from '../tls.ts';
import { createCertificate, type Identity, identityPem, newSerialNumber, readIdentity } from '../x509.ts';
import { sayHello, sayHelloInTheClear } from './say-hello.ts';

interface Target {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Whom the server's certificate has to come from. */
  readonly ca: string | readonly string[];
}

type Address = Pick<Target, 'host' | 'port'>;

const minute = 60_000;

/** Tries a server from outside, as an attacker without a password could. Sends none, changes nothing. @throws PLINTH_ACCESS_TRIAL_URL, TRIAL_UNREACHABLE */
export async function tryServer({ cluster, clock }: TlsDeps, store: TlsStore, url: string | undefined): Promise<Trials> {
  const authority = await store.read(store.authorityFile);
  const target = targetOf(url, cluster.endpoint('oltp'), authority?.certificate.toString());
  const where = `${target.host}:${target.port}`;
  const base = await startTls(target, { rejectUnauthorized: false }).catch((cause) => {
    throw tlsErrors.TRIAL_UNREACHABLE({ where, reason: messageOf(cause) }, { cause });
  });
  const spoken = { protocol: base.getProtocol() ?? '', cipher: base.getCipher().name };
  const isOurs = authority !== undefined && base.getPeerX509Certificate()?.verify(authority.certificate.publicKey) === true;
  base.destroy();
  const verified = await verify(target);
  const now = clock.now();
  const probe = probeSerial(await store.ledger());
  const known = isOurs && authority ? readIdentity(authority.text) : undefined;
  return {
    where,
    spoken,
    verified,
    trials: [
      ...(await tryEncryption(target)),
      await wrongName(target, verified),
      await wrongAuthority(target, now),
      ...(await clientCertificates(target, now, known, probe)),
    ],
  };
}

/** What a server speaks with who asks for less than it should give. */
export async function tryEncryption(target: Omit<Target, 'ca'>): Promise<readonly Trial[]> {
  return Promise.all([plaintext(target), protocols(target), ...weakCiphers.map((cipher) => weakCipher(target, cipher))]);
}

function targetOf(url: string | undefined, own: Endpoint, ca: string | undefined): Target {
  const endpoint = url === undefined ? own : readUrl(url);
  if ('reason' in endpoint) throw tlsErrors.TRIAL_URL({ reason: endpoint.reason });
  const given = typeof endpoint.ssl === 'object' ? (endpoint.ssl.ca as string | undefined) : undefined;
  const { port, user, database } = endpoint;
  // Our own server is on this machine; over its socket there is nothing to try.
  const host = endpoint.host.startsWith('/') ? '127.0.0.1' : endpoint.host;
  return { host, port, user, database, ca: given ?? ca ?? rootCertificates };
}

async function verify(target: Target): Promise<true | string> {
  try {
    (await startTls(target, { ca: [target.ca].flat() })).destroy();
    return true;
  } catch (error) {
    return messageOf(error);
  }
}

async function plaintext({ host, port, user, database }: Omit<Target, 'ca'>): Promise<Trial> {
  const hello = await sayHelloInTheClear({ host, port }, user, database);
  const answer = hello.isHeard ? hello.answer : hello.reason;
  const isAccepted = hello.isHeard && !hello.answer.startsWith('error');
  return { what: 'a login without encryption', refusedBy: 'server', outcome: isAccepted ? 'accepted' : 'refused', evidence: answer };
}

// What OpenSSL says when it cannot even make the offer.
const cannotOffer = /NO_PROTOCOLS_AVAILABLE|NO_CIPHERS_AVAILABLE|NO_CIPHER_MATCH|no cipher match|no protocols available/i;

async function offer(target: Address, what: string, options: ConnectionOptions): Promise<Trial> {
  try {
    const socket = await startTls(target, { rejectUnauthorized: false, ...options });
    const evidence = `${socket.getProtocol()} with ${socket.getCipher().name}`;
    socket.destroy();
    return { what, refusedBy: 'server', outcome: 'accepted', evidence };
  } catch (error) {
    const reason = `${(error as { code?: string }).code ?? ''} ${messageOf(error)}`.trim();
    if (cannotOffer.test(reason))
      return { what, refusedBy: 'server', outcome: 'not tried', evidence: 'the OpenSSL of this Node cannot offer it' };
    return { what, refusedBy: 'server', outcome: 'refused', evidence: messageOf(error) };
  }
}

const protocols = (target: Address) =>
  offer(target, 'TLS 1.0 and 1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });

const weakCiphers = ['NULL', 'RC4', '3DES', 'MD5'] as const;

const weakCipher = (target: Address, cipher: (typeof weakCiphers)[number]) =>
  offer(target, `ciphers with ${cipher}`, {
    maxVersion: 'TLSv1.2',
    ciphers: `${cipher === 'NULL' ? 'eNULL' : cipher}:@SECLEVEL=0`,
  });

async function refusedByUs(what: string, target: Target, options: ConnectionOptions): Promise<Trial> {
  try {
    (await startTls(target, options)).destroy();
    return { what, refusedBy: 'client', outcome: 'accepted', evidence: 'the certificate was believed' };
  } catch (error) {
    return { what, refusedBy: 'client', outcome: 'refused', evidence: messageOf(error) };
  }
}

async function wrongName(target: Target, verified: true | string): Promise<Trial> {
  const what = 'a server under another name';
  if (verified !== true)
    return { what, refusedBy: 'client', outcome: 'not tried', evidence: `its certificate is not believed to begin with: ${verified}` };
  const host = 'another-host.invalid';
  return refusedByUs(what, target, { ca: [target.ca].flat(), host, servername: host });
}

function wrongAuthority(target: Target, now: Date): Promise<Trial> {
  const stranger = createCertificate({ commonName: 'Stranger', kind: 'authority', ...around(now) });
  return refusedByUs('a server of another authority', target, { ca: stranger.certificate.toString() });
}

/** What the server says to certificates of clients that it must not believe, and to one of another role. */
async function clientCertificates(
  target: Target,
  now: Date,
  authority: Identity | undefined,
  revokedSerial: string | undefined,
): Promise<readonly Trial[]> {
  const [role, other] = certificateRoles;
  const request = { commonName: `${role}@trial`, kind: 'client', ...around(now) } as const;
  const past = { validFrom: new Date(now.getTime() - 3 * minute), validUntil: new Date(now.getTime() - 2 * minute) };
  const selfSigned = await show(target, 'a client with a certificate signed by itself', createCertificate(request));
  const expired = 'a client with an expired certificate';
  const revoked = 'a client with a revoked certificate';
  const stranger = 'a client with the certificate of another role';
  const notTried = (evidence: string) => (what: string) => ({ what, refusedBy: 'server', outcome: 'not tried', evidence }) as const;
  if (selfSigned.outcome === 'accepted') {
    return [selfSigned.what, expired, revoked, stranger].map(notTried('the server asks clients for no certificate'));
  }
  if (!authority) {
    return [selfSigned, ...[expired, revoked, stranger].map(notTried('it takes the key of the authority that this server believes'))];
  }
  return [
    selfSigned,
    await show(target, expired, createCertificate({ ...request, ...past }, authority)),
    await show(target, revoked, createCertificate({ ...request, serialNumber: revokedSerial ?? newSerialNumber() }, authority)),
    await becomeAnother(target, stranger, other, createCertificate(request, authority)),
  ];
}

/** Shows a certificate and begins a login: with TLS 1.3 the server's refusal comes after the handshake. */
async function show(target: Target, what: string, identity: Identity): Promise<Trial> {
  const hello = await helloWith(target, target.user, identity);
  return hello.isHeard
    ? { what, refusedBy: 'server', outcome: 'accepted', evidence: hello.answer }
    : { what, refusedBy: 'server', outcome: 'refused', evidence: hello.reason };
}

async function becomeAnother(target: Target, what: string, role: string, identity: Identity): Promise<Trial> {
  const hello = await helloWith(target, role, identity);
  const answer = hello.isHeard ? hello.answer : hello.reason;
  const outcome = hello.isHeard && !hello.answer.startsWith('error') ? 'accepted' : 'refused';
  return { what, refusedBy: 'server', outcome, evidence: answer };
}

async function helloWith(target: Target, user: string, identity: Identity) {
  const text = identityPem(identity);
  try {
    const socket = await startTls(target, { rejectUnauthorized: false, cert: text, key: text });
    return await sayHello(socket, user, target.database);
  } catch (error) {
    return { isHeard: false, reason: messageOf(error) } as const;
  }
}

const around = (now: Date) => ({ validFrom: new Date(now.getTime() - 5 * minute), validUntil: new Date(now.getTime() + minute) });
