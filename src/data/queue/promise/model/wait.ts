/** What a queue, or a pool, has to do and can do. */
export interface Load {
  /** Mean run times of its ready jobs together. */
  readonly workMs: number;
  /** Jobs it can run at the same time. */
  readonly slots: number;
}

/** Work a pool gets done: ms of run time in a ms. Where its slots were never short of jobs it is what was seen, which knows of all that slows. */
export function capacityOf(
  slots: number,
  seen: { readonly runMs: number; readonly runs: number; readonly elapsedMs: number } | undefined,
): number {
  if (!seen || seen.runs < leastRuns || seen.elapsedMs <= 0) return slots;
  return Math.min(slots, seen.runMs / seen.elapsedMs);
}

// Of fewer that ended one cannot tell how fast they are: long ones count when they end.
const leastRuns = 20;

/**
 * How long a job would wait that is enqueued now, if all that waits in its pool went before it; undefined where nobody runs anything. A queue
 * that may use a part of the slots only waits for its own work as well.
 */
export function predictedWaitMs(queue: Load, pool: Load & { readonly capacity: number }): number | undefined {
  if (pool.slots === 0 || queue.slots === 0 || pool.capacity <= 0) return undefined;
  const share = Math.min(1, queue.slots / pool.slots);
  return Math.max(pool.workMs / pool.capacity, queue.workMs / (pool.capacity * share));
}

/** Backlog in minutes of its slots; without slots any work is without end. */
export function minutesOfWork({ workMs, slots }: Load): number {
  return workMs === 0 ? 0 : slots === 0 ? Number.POSITIVE_INFINITY : workMs / slots / 60_000;
}
