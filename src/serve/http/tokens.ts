import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits in a form that fits a cookie and a link. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What of a token is stored. A plain hash is enough: the token is random, so it cannot be guessed from it. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The value a page sends in `x-plinth-csrf`: bound to its session, of no use without the cookie. */
export function csrfToken(sessionToken: string): string {
  return createHash('sha256').update('csrf:').update(sessionToken).digest('base64url');
}

/** Compares in constant time; false for an absent value. */
export function isSameToken(given: unknown, expected: string): boolean {
  const a = Buffer.from(typeof given === 'string' ? given : '');
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
