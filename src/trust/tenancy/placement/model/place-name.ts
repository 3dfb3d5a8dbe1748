import { isTier, type Tier } from '../../../../kernel/index.ts';

/** The shared database, where all tenants are that are not placed. */
export const shared = 'shared';

/** How people write a place, and how the registry keeps it. */
export type PlaceName =
  | { readonly kind: 'shared'; readonly name: typeof shared }
  /** A database on the server of a tier: found wherever that server is. */
  | { readonly kind: 'beside'; readonly name: string; readonly tier: Tier; readonly database: string }
  /** `name` is without login: those of the platform are used. `url` is as it was given. */
  | { readonly kind: 'url'; readonly name: string; readonly url: string; readonly hasLogin: boolean };

/** Reads `shared`, `oltp/acme` or `postgres://host:5432/acme`; says what is wrong otherwise, without the URL: it may hold a password. */
export function readPlaceName(text: string): PlaceName | { readonly reason: string } {
  if (text === shared) return { kind: 'shared', name: shared };
  if (!text.includes('://')) {
    const [tier = '', database = '', ...rest] = text.split('/');
    if (!isTier(tier)) return { reason: `${JSON.stringify(tier)} is no tier` };
    // Longer names are cut by the server, and another database answers.
    if (!/^[a-z_][a-z0-9_-]{0,62}$/.test(database) || rest.length > 0)
      return { reason: `${JSON.stringify(database)} is no name for a database` };
    return { kind: 'beside', name: `${tier}/${database}`, tier, database };
  }
  if (!URL.canParse(text)) return { reason: 'it is not a URL' };
  const url = new URL(text);
  const hasLogin = url.username !== '';
  url.username = '';
  url.password = '';
  return { kind: 'url', name: url.href, url: text, hasLogin };
}
