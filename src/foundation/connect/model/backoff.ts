/** Tries of one call, the first included. */
export const maxTries = 4;

/**
 * Milliseconds to wait before try `tries + 1`: full jitter, `random × min(2 s, 50 ms × 2ⁿ)`. A full server
 * (`isFull`) gets five times as long, because only others' going away can help.
 */
export function backoffMs(tries: number, random: number, isFull = false): number {
  return random * Math.min(2_000, (isFull ? 250 : 50) * 2 ** (tries - 1));
}
