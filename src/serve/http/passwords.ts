import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

// 32 MiB and about 80 ms per try on one core: costly for who guesses, unnoticed by who signs in.
const logN = 15;
const blockSize = 8;
const parallelism = 1;
const keyBytes = 32;

/** The shortest password that is accepted, in characters. */
export const minimumPasswordLength = 12;

/** Whether a password is long enough and not one or two characters repeated. */
export function isStrongEnough(password: string): boolean {
  return password.length >= minimumPasswordLength && new Set(password).size >= 4;
}

/** `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>`; parameters stand in it so that they can be raised later. */
export async function createVerifier(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await hash(password, salt, logN, blockSize, parallelism);
  return ['scrypt', logN, blockSize, parallelism, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether `password` fits. Takes as long when there is no verifier, so that names cannot be probed by time. */
export async function verifyPassword(password: string, verifier: string | null): Promise<boolean> {
  const [, n, r, p, salt, key] = (verifier ?? `scrypt$${logN}$${blockSize}$${parallelism}$$`).split('$');
  const expected = Buffer.from(key ?? '', 'base64url');
  const actual = await hash(password, Buffer.from(salt ?? '', 'base64url'), Number(n), Number(r), Number(p));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function hash(password: string, salt: Buffer, n: number, r: number, p: number): Promise<Buffer> {
  const cost = 2 ** n;
  return derive(password.normalize('NFKC'), salt, keyBytes, { N: cost, r, p, maxmem: 256 * cost * r });
}
