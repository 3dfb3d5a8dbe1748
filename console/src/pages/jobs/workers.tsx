import { useQuery } from '@tanstack/react-query';
import { type ShownWorker, workerPoolsQuery, workersQuery } from '../../api/job-queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatBytes, formatCount, formatDuration, formatShare, plural, unknown } from '../../parts/format.ts';
import { Identifier } from '../../parts/identifier.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { WorkerPool } from './worker-pool.tsx';

// A worker says twice in this time that it is there; the lag is what the alert of the same name begins with.
const silentMs = 30_000;
const laggingMs = 1_000;

/** Processes that run jobs, and how many slots their pools have and why. */
export function Workers() {
  const workers = useQuery(workersQuery);
  const pools = useQuery(workerPoolsQuery);
  return (
    <>
      <Answer query={workers} lines={4}>
        {(data) => (
          <Panel title="Workers" note={plural(data.workers.length, 'process', 'processes')}>
            {data.workers.length === 0 ? (
              <Empty title="No process runs jobs">
                Start <code>plinth worker</code>, or <code>plinth up</code>, which runs them as well.
              </Empty>
            ) : (
              <PlainTable
                label="Workers"
                heads={[
                  'Process',
                  'Pool',
                  'Slots busy',
                  end('Loop lag'),
                  end('Last minute'),
                  end('CPU'),
                  end('Memory'),
                  'Up since',
                  'Seen',
                  'Handlers',
                ]}
              >
                {data.workers.map((worker) => (
                  <Line key={worker.id} worker={worker} />
                ))}
              </PlainTable>
            )}
          </Panel>
        )}
      </Answer>
      <Answer query={pools} lines={4}>
        {(data) => (
          <div className="columns">
            {data.pools.map((pool) => (
              <WorkerPool key={pool.pool} pool={pool} />
            ))}
          </div>
        )}
      </Answer>
    </>
  );
}

const end = (text: string) => ({ text, align: 'end' as const });

function Line({ worker }: { worker: ShownWorker }) {
  const { performance } = worker;
  const isSilent = Date.now() - Date.parse(worker.seen) > silentMs;
  return (
    <tr>
      <td>
        <span className="pair">
          {worker.host} <span className="faint">process {worker.pid}</span>
          {isSilent ? <Badge tone="bad">silent</Badge> : worker.isDraining && <Badge tone="warn">draining</Badge>}
          <Identifier value={worker.id} />
        </span>
      </td>
      <td>{worker.pool === '*' ? 'all' : worker.pool}</td>
      <td>
        <span className="pair">
          <Meter value={worker.busy} max={worker.slots} isLimit={false} /> {worker.busy} of {worker.slots}
        </span>
      </td>
      <td data-align="end">
        {worker.loopLagMs > laggingMs ? <Badge tone="bad">{formatDuration(worker.loopLagMs)}</Badge> : formatDuration(worker.loopLagMs)}
      </td>
      <td data-align="end">
        {performance ? (
          <>
            {formatCount(performance.completed)} done
            {performance.failed > 0 && `, ${formatCount(performance.failed)} failed`}
            {performance.leaseLosses > 0 && `, ${formatCount(performance.leaseLosses)} leases lost`}
          </>
        ) : (
          unknown
        )}
      </td>
      <td data-align="end">{performance ? formatShare(performance.cpuRatio, 1) : unknown}</td>
      <td data-align="end">{formatBytes(worker.rssBytes)}</td>
      <td>
        <Time value={worker.started} as="short" />
      </td>
      <td>
        <Time value={worker.seen} as="ago" />
      </td>
      <td title={worker.types.join('\n')}>{plural(worker.types.length, 'type')}</td>
    </tr>
  );
}
