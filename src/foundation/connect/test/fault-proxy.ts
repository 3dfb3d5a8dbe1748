import net from 'node:net';
import type { Endpoint } from '../../cluster/index.ts';

/** What happens to bytes between a client and the server. */
export type Fault = 'none' | 'black hole' | 'no answers';

/** A way to the server that can be broken at will. */
export interface FaultProxy extends AsyncDisposable {
  readonly endpoint: Endpoint;
  fault: Fault;
  /** Added to each answer. */
  delayMs: number;
  /** Sees every chunk a client sends; `cut before` and `cut after` reset that connection before or after it is passed on. */
  onRequest: ((chunk: Buffer) => 'pass' | 'cut before' | 'cut after' | 'half-close') | undefined;
  /** Connections accepted so far. */
  readonly accepted: number;
  readonly open: number;
  /** Resets every connection. */
  cut(): void;
  /** Stops listening: the port refuses, open connections stay. */
  refuse(): void;
}

/** Starts a proxy before `target` on a free port of the loopback interface. */
export async function startFaultProxy(target: Endpoint): Promise<FaultProxy> {
  const sockets = new Set<net.Socket>();
  const clients = new Set<net.Socket>();
  let accepted = 0;
  const connectUpstream = () =>
    target.host.startsWith('/') ? net.connect(`${target.host}/.s.PGSQL.${target.port}`) : net.connect(target.port, target.host);

  const server = net.createServer((client) => {
    accepted++;
    clients.add(client);
    const upstream = connectUpstream();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        clients.delete(client);
        (socket === client ? upstream : client).destroy();
      });
    }
    const reset = () => {
      client.resetAndDestroy();
      upstream.destroy();
    };
    client.on('data', (chunk) => {
      if (proxy.fault === 'black hole') return;
      const verdict = proxy.onRequest?.(chunk) ?? 'pass';
      if (verdict === 'cut before') return reset();
      upstream.write(chunk);
      // The server gets the request and answers, but the answer finds nobody.
      if (verdict === 'cut after') upstream.removeAllListeners('data').once('data', reset);
      if (verdict === 'half-close') client.end();
    });
    upstream.on('data', (chunk) => {
      if (proxy.fault !== 'none') return;
      if (proxy.delayMs === 0) client.write(chunk);
      else setTimeout(() => client.write(chunk), proxy.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;

  const proxy: FaultProxy = {
    endpoint: { ...target, host: '127.0.0.1', port },
    fault: 'none',
    delayMs: 0,
    onRequest: undefined,
    get accepted() {
      return accepted;
    },
    get open() {
      return clients.size;
    },
    cut() {
      for (const client of clients) client.resetAndDestroy();
    },
    // Not awaited: the callback of close comes only when the open connections are gone too.
    refuse: () => void server.close(),
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}

/** Whether a chunk holds the simple-protocol message `commit`. */
export function isCommit(chunk: Buffer): boolean {
  return chunk.includes('commit\0');
}
