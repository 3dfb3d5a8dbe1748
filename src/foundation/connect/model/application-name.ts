// NAMEDATALEN − 1; the server cuts silently.
const maxBytes = 63;

/**
 * What `pg_stat_activity.application_name` shows of a piece of work: `plinth:content.put`, or with a request id
 * `plinth:content.put 4f1c…`. Characters other than printable ASCII become `?`, as on the server.
 */
export function applicationName(tag: string, requestId?: string): string {
  return `plinth:${tag}${requestId ? ` ${requestId}` : ''}`.replace(/[^\x20-\x7e]/g, '?').slice(0, maxBytes);
}
