import { type Clock, type Log, messageOf } from '../../../../kernel/index.ts';

/** Calls `run` again and again until the signal ends: `intervalMs` after the end of a round, or after what the round says. */
export async function rounds(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  loop: { readonly name: string; readonly intervalMs: number; run(): Promise<number | undefined> },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    let pauseMs = loop.intervalMs;
    try {
      pauseMs = (await loop.run()) ?? loop.intervalMs;
    } catch (error) {
      if (!signal.aborted) log.error(`${loop.name} failed, next try in ${pauseMs} ms`, { error: messageOf(error) });
    }
    if (!signal.aborted) await clock.sleep(pauseMs, signal).catch(() => {});
  }
}

/** Something that runs from `start` to `stop`, which ends its signal and waits for it. */
export function service(name: string, work: (signal: AbortSignal) => Promise<void>) {
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
