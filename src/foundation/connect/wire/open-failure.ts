import { messageOf } from '../../../kernel/index.ts';
import type { Endpoint } from '../../cluster/index.ts';
import { connectErrors } from '../errors.ts';
import { openFailureOf } from '../model/failure.ts';

/** `host:port`, or the folder of the socket and the port; two endpoints with the same name are one server. */
export function serverName(endpoint: Pick<Endpoint, 'host' | 'port'>): string {
  return `${endpoint.host}:${endpoint.port}`;
}

/** Names why a connection could not be opened: login, database, number of connections, TLS, or nobody there. */
export function toOpenError(error: unknown, endpoint: Endpoint): Error {
  const server = serverName(endpoint);
  // A refused connection to a name with several addresses is an AggregateError without a message.
  const reason = messageOf(error) || (error as { code?: string }).code || 'no reason given';
  const options = { cause: error };
  switch (openFailureOf(error)) {
    case 'login':
      return connectErrors.LOGIN_REFUSED({ server, user: endpoint.user, reason }, options);
    case 'database':
      return connectErrors.UNKNOWN_DATABASE({ server, database: endpoint.database }, options);
    case 'full':
      return connectErrors.TOO_MANY_CONNECTIONS({ server, reason }, options);
    case 'tls':
      return connectErrors.TLS_REFUSED({ server, reason }, options);
    case 'down':
      return connectErrors.SERVER_DOWN({ server, reason }, options);
  }
}
