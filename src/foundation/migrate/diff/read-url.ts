import { type Endpoint, readUrl as readEndpoint } from '../../cluster/index.ts';
import { diffErrors } from './errors.ts';

/** The database a person named. @throws PLINTH_MIGRATE_BAD_DATABASE_URL, without the URL: it may hold a password */
export function readUrl(url: string): Endpoint {
  const read = readEndpoint(url);
  if ('reason' in read) throw diffErrors.BAD_DATABASE_URL({ reason: read.reason });
  return read;
}
