import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP } from 'node:net';
import { readUrl, startTls } from '../../../foundation/cluster/index.ts';
import { messageOf } from '../../../kernel/index.ts';
import { type Hello, sayHello, sayHelloInTheClear } from '../tls/index.ts';
import type { Judged } from './model/types.ts';

const waitMs = 5_000;

/** What came of knocking at a door without credentials. */
export type Knock =
  | { readonly outcome: 'closed' }
  | { readonly outcome: 'open'; readonly what: string }
  | { readonly outcome: 'silent'; readonly reason: string };

export const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || (isIP(host) !== 0 && /^(127\.|::1$)/.test(host));

/** Knocks at an address of the control plane as somebody without credentials would; sends none, changes nothing. */
export async function tryDoor(name: string, url: string, server: string): Promise<Judged> {
  const knocks = /^https?:/.test(url) ? await knockAtHttp(url) : await knockAtPooler(url);
  const where = withoutCredentials(url);
  return {
    findings: knocks.flatMap((knock) =>
      knock.outcome === 'open' ? [{ server, subject: name, what: `${name} at ${where} ${knock.what}` }] : [],
    ),
    notJudged: knocks.flatMap((knock) => (knock.outcome === 'silent' ? [`${name} at ${where} does not answer (${knock.reason})`] : [])),
  };
}

function withoutCredentials(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

async function knockAtHttp(text: string): Promise<readonly Knock[]> {
  const url = new URL(text);
  const clear: Knock[] = url.protocol === 'http:' && !isLoopback(url.hostname) ? [{ outcome: 'open', what: 'speaks in clear text' }] : [];
  return [...clear, await askFor(url)];
}

// Of a server that asks clients for a certificate; with TLS 1.3 it says so after the handshake.
const wantsCertificate = /CERTIFICATE_REQUIRED|certificate required|HANDSHAKE_FAILURE|handshake failure|BAD_CERTIFICATE|bad certificate/i;

/** Asks for a page, with no more than its address. */
export function askFor(url: URL): Promise<Knock> {
  // Whether it lets in is asked here, not who it is.
  const call = url.protocol === 'https:' ? tlsRequest(target(url), { rejectUnauthorized: false }) : plainRequest(target(url));
  return new Promise((resolve) => {
    call.on('response', (answer) => {
      const status = answer.statusCode ?? 0;
      answer.destroy();
      resolve(status === 401 || status === 403 ? { outcome: 'closed' } : { outcome: 'open', what: `answers ${status} to anybody` });
    });
    call.setTimeout(waitMs, () => call.destroy(new Error(`no answer within ${waitMs} ms`)));
    call.on('error', (error: NodeJS.ErrnoException) => {
      const reason = `${error.code ?? ''} ${messageOf(error)}`.trim();
      resolve(wantsCertificate.test(reason) ? { outcome: 'closed' } : { outcome: 'silent', reason });
    });
    call.end();
  });
}

/** Without what its user and password would be sent as. */
function target(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

/** A pooler speaks the server's own protocol: it must want TLS beyond this machine, and a password. */
async function knockAtPooler(text: string): Promise<readonly Knock[]> {
  const endpoint = readUrl(text);
  if ('reason' in endpoint) return [{ outcome: 'silent', reason: endpoint.reason }];
  const { host, port, user, database } = endpoint;
  const inTheClear = await sayHelloInTheClear({ host, port }, user, database);
  if (isLoopback(host)) return [knockOf(inTheClear)];
  const clear: Knock[] =
    inTheClear.isHeard && !inTheClear.answer.startsWith('error') ? [{ outcome: 'open', what: 'takes logins in clear text' }] : [];
  try {
    const socket = await startTls({ host, port }, { rejectUnauthorized: false });
    return [...clear, knockOf(await sayHello(socket, user, database))];
  } catch (error) {
    return clear.length > 0 ? clear : [{ outcome: 'silent', reason: messageOf(error) }];
  }
}

function knockOf(hello: Hello): Knock {
  if (!hello.isHeard) return { outcome: 'silent', reason: hello.reason };
  return hello.answer === 'lets in' ? { outcome: 'open', what: 'lets in without a password' } : { outcome: 'closed' };
}
