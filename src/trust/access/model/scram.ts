import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** PostgreSQL's own default of `scram_iterations`. */
export const scramIterations = 4096;

/**
 * The SCRAM-SHA-256 verifier of a password (RFC 5803), as `alter role … password` stores it: the clear password
 * reaches neither the server nor its log. `password` has to be printable ASCII, where SASLprep changes nothing.
 */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, scramIterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(createHmac('sha256', salted).update('Client Key').digest()).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${scramIterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
