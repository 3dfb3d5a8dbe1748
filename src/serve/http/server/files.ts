import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { httpErrors } from '../errors.ts';

/** The console's files, with its start page for every path that is a page of it. Without a build: a line that says so. */
export async function registerFiles(app: FastifyInstance, staticDir: string | undefined): Promise<void> {
  const isBuilt = staticDir !== undefined && existsSync(path.join(staticDir, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: staticDir,
      index: false,
      preCompressed: true,
      cacheControl: false,
      // Names under /assets carry a hash of their content.
      setHeaders: (reply, file) => {
        reply.header('cache-control', file.includes(`${path.sep}assets${path.sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    app.get('/', (_request, reply) => reply.sendFile('index.html'));
  }
  app.setNotFoundHandler((request, reply) => {
    const [pathName = '/'] = request.url.split('?');
    const isPage = request.method === 'GET' && !pathName.startsWith('/api/') && !pathName.startsWith('/assets/');
    if (isPage && isBuilt) return reply.sendFile('index.html');
    if (isPage)
      return reply.code(503).type('text/plain').send('The console is not built here. Build it with "node scripts/build-console.ts".\n');
    throw httpErrors.UNKNOWN_ROUTE({ method: request.method, path: pathName });
  });
}
