import type { Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

/** A long-running part. `start` returns at once; `stop` resolves when nothing of it is left running. */
export interface Service {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
}

/**
 * A service that calls `run` again and again, `intervalMs` after the end of the last call; the first time at once, or after `firstMs`:
 * what looks at everything now and then has no place in a start, where everything else is done.
 *
 * A call that throws is logged and the loop goes on: one bad round must not end the service. `stop` aborts
 * the signal of the running call and waits for it.
 */
export function loop(
  deps: { readonly clock: Clock; readonly log: Log },
  spec: {
    readonly name: string;
    readonly intervalMs: number;
    readonly firstMs?: number;
    run(signal: AbortSignal): Promise<void>;
  },
): Service {
  let controller: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();

  const rounds = async (signal: AbortSignal) => {
    if (spec.firstMs !== undefined) await deps.clock.sleep(spec.firstMs, signal).catch(() => {});
    while (!signal.aborted) {
      try {
        await spec.run(signal);
      } catch (error) {
        if (!signal.aborted) deps.log.error(`${spec.name} failed, next try in ${spec.intervalMs} ms`, { error: messageOf(error) });
      }
      if (!signal.aborted) await deps.clock.sleep(spec.intervalMs, signal).catch(() => {});
    }
  };

  return {
    name: spec.name,
    start() {
      if (controller) return;
      controller = new AbortController();
      running = rounds(controller.signal);
    },
    async stop() {
      controller?.abort();
      await running;
      controller = undefined;
    },
  };
}
