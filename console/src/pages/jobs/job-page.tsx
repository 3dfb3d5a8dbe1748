import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { jobQuery, type ShownJob } from '../../api/job-queries.ts';
import { usePolling } from '../../api/live.ts';
import { formatDuration } from '../../parts/format.ts';
import { Glass } from '../../parts/glass.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Identifier } from '../../parts/identifier.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { Answer } from '../../parts/states.tsx';
import { useTenant } from '../../parts/tenant-choice.tsx';
import { Time } from '../../parts/time.tsx';
import { Enqueue } from './enqueue.tsx';
import { JobActions } from './job-actions.tsx';
import { Actions, Attempts, Details, Effects, Log } from './job-record.tsx';
import { Lineage, Occurrence, Progress } from './lineage.tsx';
import { StateBadge } from './state-badge.tsx';
import { hasEnded, holderOf } from './words.ts';
import './jobs.css';

const route = getRouteApi('/shell/jobs/$id');
const refreshMs = 2_000;

/** Everything that is known about a job. */
export function JobPage() {
  const { id } = route.useParams();
  const tenant = useTenant();
  return tenant === undefined ? (
    <Found id={id} tenant={undefined} />
  ) : (
    <Frame title="Job" id={id}>
      <Glass tenant={tenant}>
        <Found id={id} tenant={tenant} isFramed />
      </Glass>
    </Frame>
  );
}

function Found({ id, tenant, isFramed = false }: { id: string; tenant: string | undefined; isFramed?: boolean }) {
  const query = useQuery(jobQuery(id, tenant));
  // Each look at a tenant's job is on record: those are taken by hand.
  const isMoving = tenant === undefined && query.data !== undefined && !hasEnded(query.data.state);
  usePolling(jobQuery(id, tenant).queryKey, isMoving ? refreshMs : 0);
  const body = (
    <Answer query={query} lines={8}>
      {(job) => (
        <>
          <div className="job-head">
            <StateBadge state={job.state} />
            <strong className="mono">{job.type}</strong>
            <span className="soft">
              in {job.queue}, {job.band}
            </span>
            <span className="job-buttons">
              <button type="button" className="button button-small" disabled={query.isFetching} onClick={() => void query.refetch()}>
                Look again
              </button>
              <JobActions job={job} />
              <Enqueue label="Clone" title="Enqueue one like it" tenant={tenant} type={job.type} band={job.band} payload={job.payload} />
            </span>
          </div>
          <Facts job={job} tenant={tenant} />
          <Progress job={job} />
          <Attempts job={job} />
          <div className="columns">
            <Panel title="Payload" note={`version ${job.payloadVersion}`}>
              <Json value={job.payload} />
            </Panel>
            {job.attempts.some(({ result }) => result !== null) && (
              <Panel title="Result">
                <Json value={job.attempts.findLast(({ result }) => result !== null)?.result} />
              </Panel>
            )}
          </div>
          <Details job={job} />
          <Log job={job} />
          <Effects job={job} />
          <Lineage job={job} tenant={tenant} />
          <Occurrence job={job} />
          <Actions job={job} />
        </>
      )}
    </Answer>
  );
  return isFramed ? (
    body
  ) : (
    <Frame title="Job" id={id}>
      {body}
    </Frame>
  );
}

function Frame({ title, id, children }: { title: string; id: string; children: ReactNode }) {
  const tenant = useTenant();
  return (
    <Page
      title={title}
      lead={
        <>
          <Link to="/jobs" search={{ view: 'list', ...(tenant !== undefined && { tenant }) }}>
            <Icon name="left" /> Jobs
          </Link>{' '}
          <Identifier value={id} />
        </>
      }
    >
      {children}
    </Page>
  );
}

function Facts({ job, tenant }: { job: ShownJob; tenant: string | undefined }) {
  const other = (id: string) => (
    <Link to="/jobs/$id" params={{ id }} search={tenant === undefined ? {} : { tenant }} className="mono">
      {id}
    </Link>
  );
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Enqueued', <Time key="queued" value={job.queued} />],
    ['Due', <Time key="due" value={job.nextDue ?? job.due} />],
    ['Started', <Time key="started" value={job.running?.leased ?? job.started} />],
    ['Ended', hasEnded(job.state) ? <Time key="ended" value={job.completed} /> : 'not yet'],
    ['Attempts', `${job.attempts.length} of ${job.maxAttempts}`],
    ['Waited', formatDuration(job.started ? Math.max(0, Date.parse(job.started) - Date.parse(job.due)) : undefined)],
    ...(job.heldBy === null ? [] : ([['Held by', holderOf(job.heldBy)]] as const)),
    ...(job.openParents === null ? [] : ([['Waits for', `${job.openParents} other jobs`]] as const)),
    ...(job.originId === null ? [] : ([['In place of', other(job.originId)]] as const)),
    ...(job.redrivenAs === null ? [] : ([['Redriven as', other(job.redrivenAs)]] as const)),
    ...(job.trace === null ? [] : ([['Trace', <code key="trace">{job.trace}</code>]] as const)),
    ...(job.running
      ? ([
          ['Worker', `${job.running.host ?? 'unknown host'}, process ${job.running.pid ?? '–'}`],
          ['Lease until', <Time key="lease" value={job.running.expires} />],
          ...(job.running.isCancelled ? ([['Told to end', 'it has 30 s of grace']] as const) : []),
        ] as const)
      : []),
  ];
  return (
    <Panel title="Facts">
      <dl className="job-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

export function Json({ value }: { value: unknown }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <pre className="job-json" tabIndex={0}>
      {JSON.stringify(value ?? null, null, 2)}
    </pre>
  );
}
