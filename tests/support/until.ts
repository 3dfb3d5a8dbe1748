import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until `condition` gives something truthy and returns it: the way to wait for another process or a background loop.
 * A condition that throws is tried again; its last error is the cause when time is up.
 * @throws Error after `timeoutMs`, naming `what` was waited for
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 60_000, what = condition.toString() }: { readonly timeoutMs?: number; readonly what?: string } = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause });
    await delay(20);
  }
}
