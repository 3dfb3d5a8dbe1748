import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { flowQuery, promiseQuery } from '../../api/job-queries.ts';
import { useMayAct } from '../../parts/action.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { formatCompact, formatDuration, formatDurations, formatShare, unknown } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { Answer } from '../../parts/states.tsx';
import type { ShownFlow } from './flow-picture.tsx';
import { JobTypes } from './job-types.tsx';
import { PausedTenants } from './paused-tenants.tsx';
import { Pausing } from './pausing.tsx';
import type { Report } from './promise-line.tsx';

type Queue = Report['queues'][number];
const levelTones: Readonly<Record<Queue['level'], Tone>> = { normal: 'good', busy: 'plain', high: 'warn', overload: 'bad' };
const sum = (values: readonly number[] | undefined) => values?.reduce((total, value) => total + value, 0) ?? 0;
const end = (text: string) => ({ text, align: 'end' as const });

/** Queues, kinds of jobs and tenants that somebody holds: how they are, and buttons that hold them. */
export function Queues() {
  const promise = useQuery(promiseQuery);
  const flow = useQuery(flowQuery);
  const mayAct = useMayAct();
  return (
    <>
      <Answer query={promise} lines={6}>
        {(report) => (
          <Answer query={flow} lines={6}>
            {(figures) => <List flow={figures} report={report} />}
          </Answer>
        )}
      </Answer>
      <JobTypes />
      {mayAct && <PausedTenants />}
    </>
  );
}

/** Each queue: what it did in the last hour, how long jobs waited and ran, and a button that pauses it. */
function List({ flow, report }: { flow: ShownFlow; report: Report }) {
  const flows = new Map(flow.queues.map((queue) => [queue.queue, queue]));
  return (
    <Panel title="Queues" note="Waits and runs of the last hour: half, 95 % and 99 % took at most so long">
      <PlainTable
        label="Queues"
        heads={[
          'Queue',
          'Level',
          'Last hour',
          end('Ended'),
          end('Failed'),
          end('Wait p50 · p95 · p99'),
          end('Run p50 · p95 · p99'),
          end('A new job waits'),
          { text: 'Actions', align: 'end', isHidden: true },
        ]}
      >
        {report.queues.map((queue) => {
          const did = flows.get(queue.queue);
          const [completed, failed] = [sum(did?.completed), sum(did?.failed)];
          return (
            <tr key={queue.queue}>
              <td>
                <Link to="/jobs" search={{ view: 'list', queue: queue.queue }}>
                  {queue.queue}
                </Link>{' '}
                <span className="faint">{queue.pool}</span>
              </td>
              <td>{queue.isPaused ? <Badge tone="warn">paused</Badge> : <Badge tone={levelTones[queue.level]}>{queue.level}</Badge>}</td>
              <td>
                {did && completed + failed > 0 ? (
                  <Sparkline values={did.completed.map((value, i) => value + (did.failed[i] ?? 0))} />
                ) : (
                  <span className="faint">idle</span>
                )}
              </td>
              <td data-align="end">{formatCompact(completed)}</td>
              <td data-align="end">{failed === 0 ? <span className="faint">0</span> : formatShare(failed, completed + failed)}</td>
              <Percentiles of={did?.waitMs} />
              <Percentiles of={did?.runMs} />
              <td data-align="end">
                {queue.predictedWaitMs != null && queue.predictedWaitMs < 1000 ? 'no wait' : formatDuration(queue.predictedWaitMs)}
              </td>
              <td data-align="end">
                <Pausing of="queue" name={queue.queue} isPaused={queue.isPaused} />
              </td>
            </tr>
          );
        })}
      </PlainTable>
    </Panel>
  );
}

function Percentiles({ of }: { of: ShownFlow['queues'][number]['waitMs'] }) {
  return (
    <td data-align="end" className={of ? undefined : 'faint'}>
      {of ? formatDurations([of.p50, of.p95, of.p99]) : unknown}
    </td>
  );
}
