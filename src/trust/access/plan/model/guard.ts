import type { Difference, FoundServer } from './types.ts';

export type Refusal = { readonly reason: 'last superuser' | 'locked out'; readonly role: string; readonly what: string };

/**
 * Whether differences may be executed: afterwards a superuser can still log in, and the session that does it has lost
 * nothing it may need to undo it.
 */
export function refusalOf(server: FoundServer, differences: readonly Difference[], now: Date): Refusal | undefined {
  const losing = new Set(differences.filter(({ takes }) => takes === 'superuser' || takes === 'login').map(({ role }) => role));
  const isEntrance = (role: FoundServer['roles'][number]) =>
    role.isSuperuser && role.canLogin && (role.expires === undefined || role.expires > now);
  const entrances = server.roles.filter(isEntrance);
  const last = entrances.find(({ name }) => losing.has(name));
  if (last && entrances.every(({ name }) => losing.has(name))) {
    return { reason: 'last superuser', role: last.name, what: wordsOf(differences, last.name) };
  }
  const { user, currentUser } = server.session;
  const own = differences.find(({ takes, role }) => takes !== undefined && (role === user || role === currentUser));
  return own && { reason: 'locked out', role: own.role, what: own.what };
}

const wordsOf = (differences: readonly Difference[], role: string) =>
  differences.find((difference) => difference.role === role && difference.takes !== undefined)?.what ?? role;
