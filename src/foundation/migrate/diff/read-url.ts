import { readFileSync } from 'node:fs';
import { type Endpoint, parseUrl } from '../../cluster/index.ts';
import { diffErrors } from './errors.ts';

/** The database a person named. @throws PLINTH_MIGRATE_BAD_DATABASE_URL, without the URL: it may hold a password */
export function readUrl(url: string): Endpoint {
  const parsed = parseUrl(url);
  if ('reason' in parsed) throw diffErrors.BAD_DATABASE_URL({ reason: parsed.reason });
  const { endpoint, rootCertificate } = parsed;
  if (rootCertificate === undefined) return endpoint;
  return { ...endpoint, ssl: { ...(typeof endpoint.ssl === 'object' ? endpoint.ssl : {}), ca: readFileSync(rootCertificate, 'utf8') } };
}
