import { createHash } from 'node:crypto';

/** Roles by rank, as the seal carries them; `service` is work without a user. */
export const ranks = { lookup: 0, viewer: 1, member: 2, admin: 3, owner: 4, service: 5 } as const;
export type Rank = keyof typeof ranks;

/** A key of HMAC-SHA-256 as its two padded blocks, as `tenancy.seal_keys` holds it. */
export interface SealKey {
  readonly id: number;
  readonly innerBlock: Buffer;
  readonly outerBlock: Buffer;
}

/** What a ticket says. Its places are described in `sql/migrations/0001_create_registry.sql`. */
export interface TicketFacts {
  readonly tenantId: string;
  readonly userId: string;
  readonly rank: Rank;
  readonly expiresEpochS: number;
  /** 9 bytes. */
  readonly nonce: Buffer;
  /** The backend it is good on; known to both sides and therefore not part of the text. */
  readonly backendPid: number;
}

const blockBytes = 64;
const nonceBytes = 9;
const factBytes = 51;

/** The blocks of a secret of at most 64 bytes. */
export function sealKey(id: number, secret: Buffer): SealKey {
  const padded = Buffer.concat([secret, Buffer.alloc(blockBytes - secret.length)]);
  return { id, innerBlock: padded.map((byte) => byte ^ 0x36) as Buffer, outerBlock: padded.map((byte) => byte ^ 0x5c) as Buffer };
}

/** The ticket of these facts, in hexadecimal; `tenancy.enter` makes the seal of it. */
export function ticket(key: SealKey, facts: TicketFacts): string {
  // Facts and, behind them, the process id, which is signed but not sent.
  const signed = Buffer.allocUnsafe(factBytes + 4);
  signed.write(facts.tenantId.replaceAll('-', ''), 0, 'hex');
  signed.write(facts.userId.replaceAll('-', ''), 16, 'hex');
  signed.writeUInt8(ranks[facts.rank], 32);
  signed.writeBigInt64BE(BigInt(facts.expiresEpochS), 33);
  facts.nonce.copy(signed, 41, 0, nonceBytes);
  signed.writeUInt8(key.id, 50);
  signed.writeInt32BE(facts.backendPid, factBytes);
  const inner = createHash('sha256').update(key.innerBlock).update(signed).digest();
  const mac = createHash('sha256').update(key.outerBlock).update(inner).digest('hex');
  return mac + signed.toString('hex', 0, factBytes);
}
