import type { LiveState } from '../api/live.ts';

const words: Record<LiveState, string> = { connecting: 'connecting', live: 'live', paused: 'paused' };

/** Whether the numbers of the page follow the platform. */
export function LiveMark({ state }: { state: LiveState }) {
  return (
    <span className="live" data-state={state}>
      {words[state]}
    </span>
  );
}
