import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** How far a login comes before a password is asked for: nothing of a password is ever sent. */
export type Hello = { readonly isHeard: true; readonly answer: string } | { readonly isHeard: false; readonly reason: string };

const waitMs = 5_000;

/** The first message of the protocol: version 3.0, then who wants into which database. */
function startup(user: string, database: string): Buffer {
  const text = Buffer.from(`user\0${user}\0database\0${database}\0application_name\0plinth access\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(text.length + head.length, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, text]);
}

/**
 * Begins a login on an open socket, encrypted or not. Heard: the server answered in its own protocol, by asking for a password or by an
 * error of its own; not heard: the connection ended before, with the alert of a refused certificate, say. Closes the socket.
 */
export function sayHello(socket: Socket, user: string, database: string): Promise<Hello> {
  return new Promise((resolve) => {
    const end = (hello: Hello) => {
      clearTimeout(timer);
      resolve(hello);
      socket.destroy();
    };
    const timer = setTimeout(() => end({ isHeard: false, reason: `no answer within ${waitMs} ms` }), waitMs);
    socket.on('error', (error) => end({ isHeard: false, reason: error.message }));
    socket.on('close', () => end({ isHeard: false, reason: 'the server closed the connection' }));
    socket.once('data', (message: Buffer) => end({ isHeard: true, answer: read(message) }));
    socket.write(startup(user, database));
  });
}

/** The same without TLS, which a server that demands TLS answers with an error. */
export function sayHelloInTheClear(at: { readonly host: string; readonly port: number }, user: string, database: string): Promise<Hello> {
  const socket = connect(at);
  return new Promise((resolve) => {
    socket.once('error', (error) => resolve({ isHeard: false, reason: error.message }));
    socket.once('connect', () => resolve(sayHello(socket, user, database)));
  });
}

/** `R` asks for authentication, or with 0 says that none is needed; `E` is an error, whose field `M` is its message. */
function read(message: Buffer): string {
  const kind = message.toString('latin1', 0, 1);
  if (kind === 'R' && message.length >= 9 && message.readInt32BE(5) === 0) return 'lets in';
  if (kind !== 'E') return 'asks for a login';
  const field = message
    .subarray(5)
    .toString()
    .split('\0')
    .find((part) => part.startsWith('M'));
  return `error: ${field?.slice(1) ?? 'without words'}`;
}
