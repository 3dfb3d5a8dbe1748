import type { ShownBatch } from '../../api/job-queries.ts';
import { formatCount } from '../../parts/format.ts';

/** How many of its jobs have ended, and how: a bar of three colours with the numbers beside it in words. */
export function BatchProgress({ batch: { total, completed, failed, cancelled } }: { batch: ShownBatch }) {
  const parts = [
    ['completed', completed],
    ['failed', failed],
    ['cancelled', cancelled],
  ] as const;
  const others = parts.slice(1).flatMap(([word, jobs]) => (jobs > 0 ? [`${formatCount(jobs)} ${word}`] : []));
  return (
    <span className="batch-progress">
      <span className="batch-bar" aria-hidden="true">
        {parts.map(([word, jobs]) => jobs > 0 && <span key={word} data-end={word} style={{ width: `${(jobs / total) * 100}%` }} />)}
      </span>
      <span>
        {formatCount(completed + failed + cancelled)} of {formatCount(total)}
        {others.length > 0 && <span className="faint"> {others.join(', ')}</span>}
      </span>
    </span>
  );
}
