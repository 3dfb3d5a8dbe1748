import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';

/** What PostgreSQL calls SSLRequest: its length, then a number where a version would stand. */
const request = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Asks a PostgreSQL for TLS as every client does before it logs in, and shakes hands. Nothing of `options` is preset but the name to
 * check. The socket is the caller's to destroy; the bound ends with the handshake.
 *
 * @throws the handshake's error; a plain Error where the server speaks no TLS or does not answer in time
 */
export async function startTls(
  { host, port }: { readonly host: string; readonly port: number },
  options: ConnectionOptions,
  timeoutMs = 5_000,
): Promise<TLSSocket> {
  const tcp = connectTcp({ host, port });
  const timer = setTimeout(() => tcp.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    await ask(tcp);
    // A name says whom we want to speak with; an address must not stand there.
    return await shakeHands(tcp, { host, ...(isIP(host) === 0 && { servername: host }), ...options });
  } catch (error) {
    tcp.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function ask(tcp: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    tcp.once('error', reject);
    tcp.once('close', () => reject(new Error('the server closed the connection')));
    tcp.once('connect', () => tcp.write(request));
    tcp.once('data', (answer) => {
      if (answer.toString() === 'S') resolve();
      else reject(new Error('the server does not speak TLS'));
    });
  });
}

function shakeHands(tcp: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ ...options, socket: tcp });
    socket.once('error', reject);
    // A server that refuses without an alert just hangs up.
    socket.once('close', () => reject(new Error('the server closed the connection in the handshake')));
    tcp.once('error', reject);
    socket.once('secureConnect', () => resolve(socket));
  });
}
