import { createServer, type Socket } from 'node:net';
import pg from 'pg';
import type { Endpoint } from '../../index.ts';

const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const authenticationOk = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);

/**
 * The least that is a pooler in transaction mode: real sessions of a real server, lent to a client from its first message
 * to the end of its transaction. Last returned, first lent, as PgBouncer does.
 */
export async function openTransactionPooler(endpoint: Endpoint, size: number): Promise<{ readonly port: number } & AsyncDisposable> {
  const clients = Array.from({ length: size }, () => new pg.Client(endpoint as pg.ClientConfig));
  await Promise.all(clients.map((client) => client.connect()));
  const idle = clients.map((client) => (client as unknown as { connection: { stream: Socket } }).connection.stream);
  for (const backend of idle) backend.removeAllListeners('data');
  for (const client of clients) client.on('error', () => {});

  const listener = createServer((socket) => {
    let backend: Socket | undefined;
    let hasStarted = false;
    const answer = (chunk: Buffer) => {
      socket.write(chunk);
      // Small results end in one chunk, and the last message of each is ReadyForQuery with the state of the transaction.
      if (!chunk.subarray(-6).equals(readyForQuery) || !backend) return;
      backend.off('data', answer);
      idle.push(backend);
      backend = undefined;
    };
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      if (!hasStarted) {
        hasStarted = true;
        return void socket.write(Buffer.concat([authenticationOk, readyForQuery]));
      }
      if (chunk[0] === 0x58) return void socket.end();
      backend ??= idle.pop()?.on('data', answer);
      backend?.write(chunk);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as { port: number }).port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const client of clients) (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    },
  };
}
