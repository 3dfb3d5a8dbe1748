import { randomFillSync } from 'node:crypto';

/** The reserved tenant and owner of the platform's own rows. */
export const nilUuid = '00000000-0000-0000-0000-000000000000';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether `value` is a uuid in its canonical text form (any version, any case). */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}

/** When a uuid version 7 was made, in milliseconds since 1970. */
export const uuidv7Ms = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

const pool = Buffer.alloc(4096);
let used = pool.length;
let lastMs = 0;
let counter = 0;

/**
 * A uuid version 7 (RFC 9562): 48 bits of milliseconds, a 12-bit counter, 62 random bits.
 *
 * Strictly increasing within this process, also within a millisecond and when the clock steps back, so that
 * rows inserted in order lie in order in their index.
 */
export function uuidv7(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  if (used + 8 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const variant = (8 | (pool.readUInt8(used) & 3)).toString(16);
  const tail = pool.toString('hex', used, used + 8);
  used += 8;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
}
