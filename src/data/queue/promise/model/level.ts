/** How much work waits in a queue, by the time its slots need for it. */
export const levels = ['normal', 'busy', 'high', 'overload'] as const;
export type Level = (typeof levels)[number];

/** Minutes of work with which each level begins. */
export const levelMarks: readonly number[] = [0, 15, 60, 180];

/** Least time between two changes, so that a queue on the edge does not go to and fro. */
export const leastBetweenChangesMs = 60_000;

export interface LevelState {
  readonly level: Level;
  /** When it last changed. */
  readonly changedMs: number;
}

/** The level for so many minutes of work: entered at its mark, left at half of it, one change a minute. */
export function nextLevel(state: LevelState, minutesOfWork: number, nowMs: number): LevelState {
  if (nowMs - state.changedMs < leastBetweenChangesMs) return state;
  const current = levels.indexOf(state.level);
  const reached = levelMarks.findLastIndex((mark) => minutesOfWork >= mark);
  let next = Math.max(current, reached);
  while (next > reached && minutesOfWork < (levelMarks[next] as number) / 2) next--;
  return next === current ? state : { level: levels[next] as Level, changedMs: nowMs };
}
