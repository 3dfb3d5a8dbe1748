import { isIP } from 'node:net';

/** Whether only this machine can reach `host`. A name other than `localhost` is taken as reachable by others. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** The host of a `Host` header without its port; `[::1]:7080` → `::1`. Empty when the header is absent. */
export function hostName(header: string | undefined): string {
  const match = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/.exec(header ?? '');
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
}

/** How `host` is written in a URL that a person on this machine can open. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return isIP(host) === 6 ? `[${host}]` : host;
}
