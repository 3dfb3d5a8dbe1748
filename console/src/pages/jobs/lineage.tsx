import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ShownJob, scheduleRunOfQuery } from '../../api/job-queries.ts';
import { formatCount, formatShare } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Time } from '../../parts/time.tsx';
import { StateBadge } from './state-badge.tsx';

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
      aside={
        <Link
          to="/jobs/batches/$id"
          params={{ id: place.batchId }}
          search={tenant === undefined ? {} : { tenant }}
          className="button button-small"
        >
          {place.key === null ? 'Open it' : 'See it as a picture'}
        </Link>
      }
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
                <StateBadge state={step.state} />
              </td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Panel>
  );
}

/** The time of a timetable that it was enqueued for. */
export function Occurrence({ job: { id } }: { job: ShownJob }) {
  const run = useQuery(scheduleRunOfQuery(id)).data?.run;
  if (!run) return null;
  return (
    <Panel title="Enqueued by a schedule">
      <p className="job-progress">
        <span>
          <Link to="/jobs" search={{ view: 'schedules' }}>
            {run.schedule}
          </Link>
          , planned for <Time value={run.planned} />
          {run.isManual && ', by hand'}
        </span>
      </p>
    </Panel>
  );
}
