import { quoteIdentifier } from '../../../../kernel/index.ts';
import { type Acl, type Grantable, publicDefault } from '../../snapshot/index.ts';
import { diffErrors } from '../errors.ts';

export const roleName = (role: string) => (role === 'public' ? 'public' : quoteIdentifier(role));

export const defaultAcl = (kind: Grantable, owner: string): Acl => {
  const everybody = publicDefault(kind);
  return kind === 'column' ? {} : { ...(everybody.length > 0 && { public: everybody }), [owner]: ['ALL'] };
};

/**
 * GRANT and REVOKE from one list to another.
 *
 * @param on in the words of GRANT: `table public.items`; with `column`, the privileges of that column
 */
export function grantStatements(on: string, from: Acl, to: Acl, column?: string): string[] {
  const statements: string[] = [];
  for (const grantee of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[grantee], to[grantee]];
    if (String(before) === String(after)) continue;
    if (/ by /.test(grantee)) throw diffErrors.CANNOT_EXPRESS({ object: on, what: `a grant to ${grantee}, another role than the owner` });
    const named = (privilege: string) => (column === undefined ? privilege : `${privilege} (${column})`);
    if (before && before.length > 0) statements.push(`revoke ${named('all')} on ${on} from ${roleName(grantee)}`);
    const plain = after?.filter((privilege) => !privilege.endsWith(option)) ?? [];
    const grantable = after?.filter((privilege) => privilege.endsWith(option)).map((privilege) => privilege.slice(0, -option.length)) ?? [];
    for (const [privileges, suffix] of [[plain, ''] as const, [grantable, option] as const]) {
      if (privileges.length === 0) continue;
      statements.push(`grant ${privileges.map((word) => named(word.toLowerCase())).join(', ')} on ${on} to ${roleName(grantee)}${suffix}`);
    }
  }
  return statements;
}

const option = ' with grant option';

/** What the owner had, the new owner has. */
export function handOver(acl: Acl, from: string, to: string): Acl {
  return Object.fromEntries(Object.entries(acl).map(([grantee, privileges]) => [grantee === from ? to : grantee, privileges]));
}

/** Both together. */
export function mergeAcl(a: Acl, b: Acl): Acl {
  const merged: Record<string, readonly string[]> = { ...a };
  for (const [grantee, privileges] of Object.entries(b)) {
    const all = [...new Set([...(merged[grantee] ?? []), ...privileges])].sort();
    merged[grantee] = all.includes('ALL') ? ['ALL'] : all;
  }
  return merged;
}
