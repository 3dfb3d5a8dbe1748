import type { Acl } from './types.ts';

const words: Readonly<Record<string, string>> = {
  a: 'INSERT',
  C: 'CREATE',
  d: 'DELETE',
  D: 'TRUNCATE',
  m: 'MAINTAIN',
  r: 'SELECT',
  t: 'TRIGGER',
  U: 'USAGE',
  w: 'UPDATE',
  x: 'REFERENCES',
  X: 'EXECUTE',
};

/** What an access control list belongs to. */
export type Grantable = 'relation' | 'column' | 'sequence' | 'function' | 'type' | 'schema' | 'large object' | 'foreign';

function allOf(kind: Grantable, serverVersion: number): string {
  if (kind === 'relation') return serverVersion >= 170000 ? 'arwdDxtm' : 'arwdDxt';
  return { column: 'arwx', sequence: 'rwU', function: 'X', type: 'U', schema: 'UC', 'large object': 'rw', foreign: 'U' }[kind];
}

/** What everybody may do by default. */
export const publicDefault = (kind: Grantable): readonly string[] => (kind === 'function' || kind === 'type' ? ['ALL'] : []);

/**
 * Takes the server's items apart (`grantee=letters/grantor`). Undefined where nothing differs from what a new object of
 * `owner` has, whether that was written down or not. Grants by others than the owner say by whom.
 */
export function readAcl(items: readonly string[] | null, kind: Grantable, owner: string, serverVersion: number): Acl | undefined {
  if (items === null) return undefined;
  const acl = readItems(items, kind, owner, serverVersion);
  if (kind === 'column') return Object.keys(acl).length > 0 ? acl : undefined;
  const expected = publicDefault(kind).length > 0 ? { public: ['ALL'], [owner]: ['ALL'] } : { [owner]: ['ALL'] };
  const isDefault =
    Object.keys(acl).length === Object.keys(expected).length && Object.keys(expected).every((grantee) => acl[grantee]?.join() === 'ALL');
  return isDefault ? undefined : acl;
}

/** The same without a default to compare with. */
export function readItems(items: readonly string[], kind: Grantable, owner: string, serverVersion: number): Acl {
  const all = allOf(kind, serverVersion);
  const acl: Record<string, readonly string[]> = {};
  for (const item of items) {
    const [, grantee = '', letters = '', grantor = ''] = /^("(?:[^"]|"")*"|[^=]*)=([a-zA-Z*]*)\/(.*)$/s.exec(item) ?? [];
    const by = unquote(grantor);
    const key = `${grantee === '' ? 'public' : unquote(grantee)}${by === owner ? '' : ` by ${by}`}`;
    const privileges = [...letters.matchAll(/(.)(\*?)/g)].map(([, letter = '', star]) => [letter, star] as const);
    const isAll = privileges.length === all.length && new Set(privileges.map(([, star]) => star)).size === 1;
    const withOption = (word: string, star: string | undefined) => (star ? `${word} with grant option` : word);
    acl[key] = isAll
      ? [withOption('ALL', privileges[0]?.[1])]
      : privileges.map(([letter, star]) => withOption(words[letter] ?? letter, star)).sort();
  }
  return Object.fromEntries(Object.entries(acl).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const unquote = (name: string) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
