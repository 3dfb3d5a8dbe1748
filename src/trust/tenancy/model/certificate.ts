import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Tier } from '../../../kernel/index.ts';

/** `closed`: the database refused. `own rows only`: it ran, and nothing of the other tenant was reached. */
export type Verdict = 'closed' | 'own rows only' | 'leak' | 'not proven';

/** One way that was tried to reach the rows of another tenant. */
export interface Attempt {
  readonly tier: Tier;
  /** A table or view, or what else was tried. */
  readonly target: string;
  readonly path: string;
  /** Role of the context; `none` without one. */
  readonly role: string;
  readonly verdict: Verdict;
  /** Of a leak: the statement that leaked. */
  readonly statement?: string;
  /** Why it is not proven, or what leaked. */
  readonly reason?: string;
}

export interface Certificate {
  readonly made: string;
  /** Name of each database that was tried, by tier. */
  readonly databases: Readonly<Record<string, string>>;
  readonly attempts: readonly Attempt[];
  /** Ed25519 key that signed, SPKI in base64. */
  readonly publicKey: string;
  /** Over the JSON of all other fields, in base64. */
  readonly signature: string;
}

/** Signs what was found. */
export function signCertificate(found: Pick<Certificate, 'made' | 'databases' | 'attempts'>, privateKey: KeyObject): Certificate {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const unsigned = { made: found.made, databases: found.databases, attempts: found.attempts, publicKey };
  return { ...unsigned, signature: sign(null, Buffer.from(JSON.stringify(unsigned)), privateKey).toString('base64') };
}

/** Whether a certificate, e.g. parsed from its file, is as it was signed by the key it names. */
export function isGenuine({ signature, ...unsigned }: Certificate): boolean {
  const key = createPublicKey({ key: Buffer.from(unsigned.publicKey, 'base64'), type: 'spki', format: 'der' });
  return verify(null, Buffer.from(JSON.stringify(unsigned)), key, Buffer.from(signature, 'base64'));
}

const order: readonly Verdict[] = ['leak', 'not proven', 'own rows only', 'closed'];

/** The worst verdict of several. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'not proven';
}
