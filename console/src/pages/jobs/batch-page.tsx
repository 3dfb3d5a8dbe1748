import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { BatchDetails } from '../../../../src/data/queue/index.ts';
import { batchQuery } from '../../api/job-queries.ts';
import type { Json } from '../../api/json.ts';
import { usePolling } from '../../api/live.ts';
import { formatDuration } from '../../parts/format.ts';
import { Glass } from '../../parts/glass.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Identifier } from '../../parts/identifier.tsx';
import { Page, Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useTenant } from '../../parts/tenant-choice.tsx';
import { Time } from '../../parts/time.tsx';
import { BatchActions } from './batch-actions.tsx';
import { BatchProgress } from './batch-progress.tsx';
import { FlowGraph } from './flow-graph.tsx';
import { StateBadge } from './state-badge.tsx';
import './batches.css';
import './jobs.css';

const route = getRouteApi('/shell/jobs/batches/$id');
const refreshMs = 3_000;
const policies: Readonly<Record<string, string>> = {
  cancel: 'it is cancelled',
  fail: 'it is discarded',
  continue: 'it runs all the same',
};
const occasions: Readonly<Record<string, string>> = {
  onCompleted: 'when all have completed',
  onFailed: 'when all have ended and not all completed',
  onProgress: 'with each tenth',
};

type Shown = Json<BatchDetails>;

/** A batch or flow: how far it has got, its steps as a picture and one by one, or what of it did not complete. */
export function BatchPage() {
  const { id } = route.useParams();
  const tenant = useTenant();
  return (
    <Page
      title="Batch or flow"
      lead={
        <>
          <Link to="/jobs" search={{ view: 'batches', ...(tenant !== undefined && { tenant }) }}>
            <Icon name="left" /> Batches
          </Link>{' '}
          <Identifier value={id} />
        </>
      }
    >
      {tenant === undefined ? (
        <Found id={id} tenant={undefined} />
      ) : (
        <Glass tenant={tenant}>
          <Found id={id} tenant={tenant} />
        </Glass>
      )}
    </Page>
  );
}

function Found({ id, tenant }: { id: string; tenant: string | undefined }) {
  const query = useQuery(batchQuery(id, tenant));
  usePolling(batchQuery(id, tenant).queryKey, query.data?.state === 'open' ? refreshMs : 0);
  return (
    <Answer query={query} lines={8}>
      {(batch) => (
        <>
          <div className="job-head">
            <StateBadge state={batch.state} />
            <strong>{batch.name ?? `A ${batch.kind} without a name`}</strong>
            <BatchProgress batch={batch} />
            <span className="job-buttons">
              <BatchActions batch={batch} />
            </span>
          </div>
          <Facts batch={batch} />
          {batch.kind === 'flow' ? <Steps batch={batch} tenant={tenant} /> : <Members batch={batch} tenant={tenant} />}
        </>
      )}
    </Answer>
  );
}

function Facts({ batch }: { batch: Shown }) {
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Made', <Time key="made" value={batch.created} />],
    ['Ended', batch.ended ? <Time key="ended" value={batch.ended} /> : 'not yet'],
    ['Took', formatDuration((batch.ended ? Date.parse(batch.ended) : Date.now()) - Date.parse(batch.created))],
    ...Object.entries(batch.calls).map(
      ([occasion, type]) =>
        [
          'Enqueues',
          <span key={occasion}>
            <code>{type}</code> {occasions[occasion]}
          </span>,
        ] as const,
    ),
    ...(batch.isCancelled ? ([['Cancelled', 'nothing is enqueued at its end']] as const) : []),
  ];
  return (
    <Panel title="Facts">
      <dl className="job-facts">
        {facts.map(([name, value], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: facts stay where they are
          <div key={i}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Steps({ batch, tenant }: { batch: Shown; tenant: string | undefined }) {
  return (
    <>
      <FlowGraph batch={batch} tenant={tenant} />
      <Panel
        title="Steps"
        note={batch.total > batch.steps.length ? `The first ${batch.steps.length} of ${batch.total}` : 'Those that wait for nobody first'}
      >
        <PlainTable
          label="Steps"
          heads={['Step', 'State', 'Job type', 'Waits for', 'When one of those fails', 'Started', { text: 'Took', align: 'end' }]}
        >
          {inOrder(batch.steps).map((step) => (
            <tr key={step.key}>
              <td>
                <Link to="/jobs/$id" params={{ id: step.jobId }} search={tenant === undefined ? {} : { tenant }} className="mono">
                  {step.key}
                </Link>
              </td>
              <td>
                <StateBadge state={step.place ?? step.state} />
              </td>
              <td className="mono">{step.type ?? <span className="faint">not kept any more</span>}</td>
              <td className="wrap mono">{step.after.join(', ')}</td>
              <td className="soft">{step.after.length > 0 && policies[step.onParentFailed]}</td>
              <td>{step.started ? <Time value={step.started} as="clock" /> : <span className="faint">–</span>}</td>
              <td data-align="end">
                {formatDuration(step.started && step.completed ? Date.parse(step.completed) - Date.parse(step.started) : undefined)}
              </td>
            </tr>
          ))}
        </PlainTable>
      </Panel>
    </>
  );
}

/** By how many stand before them, then by name. */
function inOrder(steps: Shown['steps']): Shown['steps'] {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const depths = new Map<string, number>();
  const depthOf = (key: string): number => {
    const known = depths.get(key);
    if (known !== undefined) return known;
    const depth = Math.max(-1, ...(byKey.get(key)?.after ?? []).map(depthOf)) + 1;
    depths.set(key, depth);
    return depth;
  };
  return steps.toSorted((one, other) => depthOf(one.key) - depthOf(other.key));
}

function Members({ batch: { members, total, completed }, tenant }: { batch: Shown; tenant: string | undefined }) {
  const note = members.length > 0 && total - completed > members.length ? `The first ${members.length} of ${total - completed}` : undefined;
  return (
    <Panel title="What has not completed" note={note}>
      {members.length === 0 ? (
        <Empty title="All of its jobs completed" />
      ) : (
        <PlainTable label="What has not completed" heads={['Job', 'State']}>
          {members.map(({ jobId, type, state }) => (
            <tr key={jobId}>
              <td>
                <Link to="/jobs/$id" params={{ id: jobId }} search={tenant === undefined ? {} : { tenant }} className="mono">
                  {type} <span className="faint">…{jobId.slice(-8)}</span>
                </Link>
              </td>
              <td>
                <StateBadge state={state} />
              </td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Panel>
  );
}
