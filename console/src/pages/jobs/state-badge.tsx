import { Badge } from '../../parts/badge.tsx';
import { stateMeanings, stateTones, stateWords } from './words.ts';

/** Where a job, a run, a step or a batch is, in a word; what it means in the tooltip. */
export function StateBadge({ state }: { state: string }) {
  return (
    <span title={stateMeanings[state]}>
      <Badge tone={stateTones[state] ?? 'plain'}>{stateWords[state] ?? state}</Badge>
    </span>
  );
}
