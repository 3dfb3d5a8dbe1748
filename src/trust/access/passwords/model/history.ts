import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

const cost = 16_384;
const bytes = 32;

/** A salted hash of a password for the history: slow to try, and no verifier of PostgreSQL's. */
export function historyHash(password: string, salt: Buffer = randomBytes(16)): string {
  return `scrypt$${cost}$${salt.toString('base64')}$${scryptSync(password, salt, bytes, { N: cost }).toString('base64')}`;
}

/** Whether the password is the one a hash was made of. */
export function isSamePassword(password: string, hash: string): boolean {
  const [, rounds = '', salt = '', kept = ''] = hash.split('$');
  const made = scryptSync(password, Buffer.from(salt, 'base64'), bytes, { N: Number(rounds) });
  const expected = Buffer.from(kept, 'base64');
  return made.length === expected.length && timingSafeEqual(made, expected);
}
