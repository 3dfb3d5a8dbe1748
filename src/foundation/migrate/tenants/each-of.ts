/**
 * Works on some items at once, in order, as long as `mayBegin`; gives those that were not begun. When one throws, the others are
 * aborted, and nothing is left running.
 */
export async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  mayBegin: () => boolean,
  work: (item: T) => Promise<void>,
  stop: AbortController,
): Promise<readonly T[]> {
  let next = 0;
  const worker = async () => {
    while (next < items.length && mayBegin()) await work(items[next++] as T);
  };
  const workers = Array.from({ length: atOnce }, () =>
    worker().catch((error) => {
      stop.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  stop.signal.throwIfAborted();
  return items.slice(next);
}
