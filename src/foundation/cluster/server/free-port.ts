import { createServer } from 'node:net';

/**
 * The first free TCP port of 127.0.0.1 from `first` upwards; 0 gives any free one. Undefined when `count` of
 * them are all taken.
 *
 * Free now is no promise: the server's own bind decides, and its failure leads to the next port.
 */
export async function findFreePort(first: number, count: number): Promise<number | undefined> {
  for (let port = first; port < first + count && port <= 65535; port++) {
    const bound = await tryBind(port);
    if (bound !== undefined) return bound;
  }
  return undefined;
}

function tryBind(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: bound } = server.address() as { port: number };
      server.close(() => resolve(bound));
    });
  });
}
