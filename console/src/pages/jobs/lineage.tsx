import { Link } from '@tanstack/react-router';
import type { ShownJob } from '../../api/job-queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatCount, formatShare } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Time } from '../../parts/time.tsx';
import { type JobState, stateTones } from './words.ts';

/** How far a job has got, as its handler said last; nothing where it did not say. */
export function Progress({ job: { progress } }: { job: ShownJob }) {
  if (!progress) return null;
  const { done, total, note, said } = progress;
  return (
    <Panel title="Progress" note={note ?? undefined}>
      <p className="job-progress">
        <progress max={Math.max(total, 1)} value={done} aria-label="Progress" />
        {formatCount(done)} of {formatCount(total)}, {formatShare(done, total)}, said <Time value={said} as="ago" />
      </p>
    </Panel>
  );
}

/** The batch or flow it is in, with the steps before and behind it. */
export function Lineage({ job: { place }, tenant }: { job: ShownJob; tenant: string | undefined }) {
  if (!place) return null;
  const steps = [
    ...place.parents.map((step) => ({ ...step, side: 'before it' })),
    ...place.children.map((step) => ({ ...step, side: 'behind it' })),
  ];
  return (
    <Panel
      title={place.isCallback ? 'Enqueued by a batch or flow' : place.key === null ? 'In a batch' : `Step ${place.key} of a flow`}
      note={<code>{place.batchId}</code>}
    >
      {steps.length > 0 && (
        <PlainTable label="Steps beside it" heads={['Step', 'Where', 'State']}>
          {steps.map((step) => (
            <tr key={`${step.side} ${step.key}`}>
              <td>
                <Link to="/jobs/$id" params={{ id: step.jobId }} search={tenant === undefined ? {} : { tenant }} className="mono">
                  {step.key}
                </Link>
              </td>
              <td>{step.side}</td>
              <td>
                <Badge tone={stateTones[step.state as JobState] ?? 'plain'}>{step.state}</Badge>
              </td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Panel>
  );
}
