const longestMs = 3_600_000;
const firstMs = 1_000;

/** How long the next run of a failed job waits: full jitter, so that jobs that failed together do not come back together. `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  // Beyond 2^12 s the hour is reached.
  return Math.round(random * Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 12)));
}

const pollMs = 1_000;
const longestPollMs = 5_000;

/** When to look again at a queue that had nothing, `empty` times in a row: notifications are the rule, this is for the one that was lost. */
export function pollDelayMs(empty: number, random: number): number {
  return Math.min(longestPollMs, pollMs * 2 ** Math.max(0, empty - 1)) * (0.8 + 0.4 * random);
}

/** Pause before a lost connection is opened again: short at first, because the work waits for it; spread, because all workers lost it together. */
export function reconnectDelayMs(tries: number, random: number): number {
  return random * Math.min(5_000, 200 * 2 ** tries);
}

/** Pause before a process that ended is replaced: at once where it had worked for long, and longer each time where it ends soon. */
export function restartDelayMs(failures: number, random: number): number {
  return failures === 0 ? 0 : (0.5 + 0.5 * random) * Math.min(30_000, 250 * 2 ** failures);
}
