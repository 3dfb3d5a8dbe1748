import { hash } from 'node:crypto';

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
  /** 10 bytes. */
  readonly nonce: Buffer;
  /** The backend it is good on; known to both sides and therefore not part of the text. */
  readonly backendPid: number;
}

const blockBytes = 64;
const nonceBytes = 10;
const factBytes = 51;

/** The blocks of a secret of at most 64 bytes. */
export function sealKey(id: number, secret: Buffer): SealKey {
  const padded = Buffer.concat([secret, Buffer.alloc(blockBytes - secret.length)]);
  return { id, innerBlock: padded.map((byte) => byte ^ 0x36) as Buffer, outerBlock: padded.map((byte) => byte ^ 0x5c) as Buffer };
}

/** The ticket of these facts, in hexadecimal; `tenancy.enter` makes the seal of it. */
export function ticket(key: SealKey, facts: TicketFacts): string {
  // The inner block, the facts and, behind them, the process id, which is signed but not sent.
  const signed = Buffer.allocUnsafe(blockBytes + factBytes + 4);
  key.innerBlock.copy(signed);
  signed.write(facts.tenantId.replaceAll('-', ''), blockBytes, 'hex');
  signed.write(facts.userId.replaceAll('-', ''), blockBytes + 16, 'hex');
  signed.writeUInt8(ranks[facts.rank], blockBytes + 32);
  signed.writeBigInt64BE(BigInt(facts.expiresEpochS), blockBytes + 33);
  facts.nonce.copy(signed, blockBytes + 41, 0, nonceBytes);
  signed.writeInt32BE(facts.backendPid, blockBytes + factBytes);
  const outer = Buffer.allocUnsafe(blockBytes + 32);
  key.outerBlock.copy(outer);
  hash('sha256', signed, 'buffer').copy(outer, blockBytes);
  return hash('sha256', outer) + signed.toString('hex', blockBytes, blockBytes + factBytes);
}
