import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../../kernel/index.ts';
import type { Endpoint } from './model/types.ts';
import { parseUrl, type TlsFiles } from './model/url.ts';

/** The endpoint that a URL names, with the content of its certificate files. Says what is wrong without the URL: it may hold a password. */
export function readUrl(url: string): Endpoint | { readonly reason: string } {
  const parsed = parseUrl(url);
  if ('reason' in parsed) return parsed;
  const { endpoint, files } = parsed;
  if (!endpoint.ssl) return endpoint;
  try {
    return { ...endpoint, ssl: { ...(endpoint.ssl as object), ...contentOf(files) } };
  } catch (error) {
    return { reason: `a file of its TLS parameters cannot be used: ${messageOf(error)}` };
  }
}

function contentOf(files: TlsFiles): Readonly<Record<string, string>> {
  if (files.key !== undefined && process.platform !== 'win32') {
    const mode = statSync(files.key).mode & 0o777;
    if ((mode & 0o077) !== 0) throw new Error(`others can read ${files.key} (mode ${mode.toString(8)}). Run: chmod 600 ${files.key}`);
  }
  return Object.fromEntries(Object.entries(files).map(([name, path]) => [name, readFileSync(path, 'utf8')]));
}
