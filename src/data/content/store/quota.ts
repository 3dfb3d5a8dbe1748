import type { Connect } from '../../../foundation/connect/index.ts';
import { contentErrors } from '../errors.ts';
import { sumKept } from '../sql/queries/queries.gen.ts';

/** What other processes wrote is taken into account after this long. */
const goodForMs = 5_000;
/** What seems to be too much may be a duplicate, or others may have removed something: counted anew, but not for each call. */
const recountAfterMs = 500;
/** Counting many frames takes its time; it may take a twentieth of all. */
const restFactor = 20;

interface Count {
  readonly countedMs: number;
  readonly tookMs: number;
  bytes: number;
}

/**
 * Holds tenants to the bytes they may keep. Counts in memory from a sum over the frames, which only tenants with a limit pay for: no row that
 * all writers of a tenant would have to wait for. So one can pass its limit by what is in open transactions when the sum is renewed, and by
 * what its other processes wrote in the last five seconds.
 */
export class Quota {
  readonly #connect: Connect;
  readonly #mostFor: (tenantId: string) => number | undefined;
  readonly #counts = new Map<string, Promise<Count>>();

  constructor(connect: Connect, mostFor: (tenantId: string) => number | undefined) {
    this.#connect = connect;
    this.#mostFor = mostFor;
  }

  /** Before bytes are written. Those that turn out to be there already are taken as new. @throws PLINTH_CONTENT_QUOTA_REACHED */
  async take(tenantId: string, bytes: number): Promise<void> {
    const most = this.#mostFor(tenantId);
    if (most === undefined || bytes === 0) return;
    let count = await this.#countOf(tenantId, goodForMs);
    if (count.bytes + bytes > most) count = await this.#countOf(tenantId, recountAfterMs);
    const current = count.bytes;
    if (current + bytes > most) throw contentErrors.QUOTA_REACHED({ tenantId, limit: 'storageBytes', most, current, given: bytes });
    count.bytes += bytes;
  }

  /** Something was removed. */
  forget(tenantId: string): void {
    this.#counts.delete(tenantId.toLowerCase());
  }

  async #countOf(tenantId: string, maxAgeMs: number): Promise<Count> {
    const key = tenantId.toLowerCase();
    const known = this.#counts.get(key);
    if (known) {
      const { countedMs, tookMs } = await known;
      if (performance.now() - countedMs <= Math.max(maxAgeMs, tookMs * restFactor)) return known;
    }
    // Another call may have begun to count while we looked.
    if (this.#counts.get(key) !== known) return this.#countOf(tenantId, maxAgeMs);
    const counting = this.#read(tenantId);
    this.#counts.set(key, counting);
    counting.catch(() => this.forget(tenantId));
    return counting;
  }

  async #read(tenantId: string): Promise<Count> {
    const countedMs = performance.now();
    const request = { tier: 'content', as: 'owner', tag: 'content.quota', isReadOnly: true } as const;
    const { kept_bytes: bytes } = await this.#connect.transaction(request, (tx) => sumKept.one(tx, { tenant_id: tenantId }));
    return { countedMs, tookMs: performance.now() - countedMs, bytes };
  }
}
