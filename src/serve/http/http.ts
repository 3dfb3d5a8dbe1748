import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import type { Connect } from '../../foundation/connect/index.ts';
import { type Clock, type EventBus, type Log, messageOf, type RouteDescriptor, type RouteRequest } from '../../kernel/index.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { httpErrors } from './errors.ts';
import { isLoopback, urlHost } from './model/addresses.ts';
import type { HttpOptions } from './options.ts';
import { buildServer } from './server/server.ts';

/** The listening server. Disposing closes it; running requests are answered first, event streams are ended. */
export interface Http extends AsyncDisposable {
  /** Where it answers, e.g. `http://127.0.0.1:7080`. */
  readonly url: string;
  readonly port: number;
  /** Signs the first administrator in, once; absent as soon as one has a password. Shown to who started us, never logged. */
  readonly signInUrl?: string;
  readonly accounts: Accounts;
}

export interface HttpDeps {
  readonly connect: Connect;
  /** The endpoints of all capabilities. */
  readonly routes: readonly RouteDescriptor[];
  /** Gives handlers the opened capabilities. */
  readonly use: RouteRequest['use'];
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  /** Folder of the built console; without it the API alone is served. */
  readonly staticDir?: string | undefined;
}

const portsTried = 20;

/**
 * Starts console and API. Needs the schema `http`; makes the account `admin` when there is no administrator.
 *
 * @throws PLINTH_HTTP_EXPOSED when it would listen beyond loopback without TLS or without an administrator's
 * password, PLINTH_HTTP_TLS_UNREADABLE, PLINTH_HTTP_NO_PORT
 */
export async function openHttp(deps: HttpDeps, options: HttpOptions): Promise<Http> {
  const accounts = createAccounts(deps, options);
  const tls = await readTls(options);
  const firstLink = await accounts.issueFirstLink();
  if (!isLoopback(options.host)) {
    const missing = [
      ...(tls ? [] : ['a certificate (http.tlsCertFile and http.tlsKeyFile)']),
      ...(firstLink === undefined ? [] : ['an administrator with a password (start on 127.0.0.1 once and open the link it prints)']),
    ];
    if (missing.length > 0) throw httpErrors.EXPOSED({ host: options.host, missing });
  }

  const app = await buildServer({ ...deps, accounts, tls });
  try {
    await listen(app, options.host, options.port);
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  const url = `${tls ? 'https' : 'http'}://${urlHost(options.host)}:${port}`;
  return {
    url,
    port,
    accounts,
    // After the #: a fragment is not sent, so the token is in no server's or proxy's log.
    ...(firstLink !== undefined && { signInUrl: `${url}/sign-in#${firstLink}` }),
    [Symbol.asyncDispose]: () => app.close().then(() => {}),
  };
}

async function listen(app: FastifyInstance, host: string, first: number): Promise<void> {
  const last = first === 0 ? 0 : Math.min(first + portsTried - 1, 65_535);
  for (let port = first; port <= last; port++) {
    try {
      await app.listen({ host, port });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw httpErrors.NO_PORT({ host, first, last });
}

async function readTls({ tlsCertFile, tlsKeyFile }: HttpOptions): Promise<{ cert: string; key: string } | undefined> {
  if (tlsCertFile === undefined && tlsKeyFile === undefined) return undefined;
  const read = (file = '(none given)') =>
    readFile(file, 'utf8').catch((error: unknown) => {
      throw httpErrors.TLS_UNREADABLE({ file, reason: messageOf(error) }, { cause: error });
    });
  const tls = { cert: await read(tlsCertFile), key: await read(tlsKeyFile) };
  try {
    createSecureContext(tls);
  } catch (error) {
    throw httpErrors.TLS_UNREADABLE({ file: tlsCertFile ?? '', reason: messageOf(error) }, { cause: error });
  }
  return tls;
}
