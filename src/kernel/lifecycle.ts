import type { Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

/** A long-running part. `start` returns at once; `stop` resolves when nothing of it is left running. */
export interface Service {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
}

/** A service whose work lasts from `start` to `stop`, which aborts its signal and waits for it. */
export function service(name: string, work: (signal: AbortSignal) => Promise<void>): Service {
  let controller: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();
  return {
    name,
    start() {
      if (controller) return;
      controller = new AbortController();
      running = work(controller.signal);
    },
    async stop() {
      controller?.abort();
      await running;
      controller = undefined;
    },
  };
}

/** What is done again and again. */
export interface Rounds {
  readonly name: string;
  readonly intervalMs: number;
  /** Pause before the first one; default: none. */
  readonly firstMs?: number;
  /** May say how long to pause after this time, instead of `intervalMs`. */
  run(signal: AbortSignal): Promise<void> | Promise<number | undefined>;
}

/**
 * Calls `run` until the signal ends, each time some pause after the end of the last call. A call that throws is logged and it goes on: one
 * bad round must not end the service.
 */
export async function rounds(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  { name, intervalMs, firstMs, run }: Rounds,
  signal: AbortSignal,
): Promise<void> {
  const pause = (ms: number) => clock.sleep(ms, signal).catch(() => {});
  if (firstMs !== undefined) await pause(firstMs);
  while (!signal.aborted) {
    let pauseMs = intervalMs;
    try {
      const said = await run(signal);
      if (typeof said === 'number') pauseMs = said;
    } catch (error) {
      if (!signal.aborted) log.error(`${name} failed, next try in ${pauseMs} ms`, { error: messageOf(error) });
    }
    if (!signal.aborted) await pause(pauseMs);
  }
}

/** A service that does its rounds; `stop` aborts the signal of the running one and waits for it. */
export function loop(deps: { readonly clock: Clock; readonly log: Log }, spec: Rounds): Service {
  return service(spec.name, (signal) => rounds(deps, spec, signal));
}
