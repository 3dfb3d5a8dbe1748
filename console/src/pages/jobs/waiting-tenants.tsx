import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { waitingTenantsQuery } from '../../api/job-queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatCompact, formatDuration, formatShare, plural } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Pausing } from './pausing.tsx';
import type { Report } from './promise-line.tsx';
import { causes, tenantName } from './words.ts';

const fairAt = 0.8;

/** Tenants side by side: who waits and why, and who had the time of the workers. */
export function WaitingTenants({ report }: { report: Report }) {
  const query = useQuery(waitingTenantsQuery);
  return (
    <Answer query={query} lines={4}>
      {({ waiting, paused, shares, others, shareMinutes, mostCounted }) => {
        const isPaused = (tenant: string) => paused.some((one) => one.tenant === tenant);
        const allMs = shares.reduce((sum, { runMs }) => sum + runMs, others.runMs);
        return (
          <div className="columns waiting">
            <Panel title="Who waits, and why" note="Longest first">
              {waiting.length === 0 ? (
                <Empty title="Nobody waits">Each job that was due has been claimed.</Empty>
              ) : (
                <PlainTable label="Who waits, and why" heads={['Tenant', 'Queue', { text: 'Jobs', align: 'end' }, 'Since', 'Why']}>
                  {waiting.map((lane) => (
                    <tr key={`${lane.tenant} ${lane.queue} ${lane.band} ${lane.cause} ${lane.limit}`}>
                      <td>
                        <Link
                          to="/jobs"
                          search={{ view: 'list', queue: lane.queue, ...(lane.tenant !== 'system' && { tenant: lane.tenant }) }}
                        >
                          {tenantName(lane.tenant)}
                        </Link>
                      </td>
                      <td>
                        {lane.queue} <span className="faint">{lane.band}</span>
                      </td>
                      <td data-align="end">{lane.jobs >= mostCounted ? `${formatCompact(mostCounted)}+` : formatCompact(lane.jobs)}</td>
                      <td>
                        <Time value={lane.due} as="ago" />
                      </td>
                      <td className="soft wrap">
                        {lane.cause ? `${causes[lane.cause].why}${lane.limit ? `: ${lane.limit}` : ''}` : 'its turn comes'}
                      </td>
                    </tr>
                  ))}
                </PlainTable>
              )}
            </Panel>
            <Panel
              title="Tenants’ shares"
              note={`Processing time of the last ${shareMinutes} minutes`}
              aside={<Fairness report={report} />}
            >
              {shares.length === 0 ? (
                <Empty title="Nothing ran">No tenant used a worker in the last {shareMinutes} minutes.</Empty>
              ) : (
                <PlainTable
                  label="Tenants’ shares"
                  heads={['Tenant', 'Share', { text: 'Time', align: 'end' }, { text: 'Actions', align: 'end', isHidden: true }]}
                >
                  {shares.map(({ tenant, runMs }) => (
                    <tr key={tenant}>
                      <td>
                        {tenantName(tenant)} {isPaused(tenant) && <Badge tone="warn">paused</Badge>}
                      </td>
                      <td>
                        <span className="pair">
                          <Meter value={runMs} max={allMs} isLimit={false} /> {formatShare(runMs, allMs)}
                        </span>
                      </td>
                      <td data-align="end">{formatDuration(runMs)}</td>
                      <td data-align="end">
                        <Pausing of="tenant" name={tenant} text={tenantName(tenant)} isPaused={isPaused(tenant)} />
                      </td>
                    </tr>
                  ))}
                  {others.tenants > 0 && (
                    <tr>
                      <td className="soft">{plural(others.tenants, 'other')}</td>
                      <td>{formatShare(others.runMs, allMs)}</td>
                      <td data-align="end">{formatDuration(others.runMs)}</td>
                      <td />
                    </tr>
                  )}
                </PlainTable>
              )}
            </Panel>
          </div>
        );
      }}
    </Answer>
  );
}

/** Jain's index, of the queue where it is lowest. Shares differ where demand does: it counts those alone who waited through the minute. */
function Fairness({ report }: { report: Report }) {
  const measured = report.queues.flatMap(({ queue, fairness }) => (fairness == null ? [] : [{ queue, fairness }]));
  const least = measured.toSorted((one, other) => one.fairness - other.fairness)[0];
  const meaning = 'Jain’s index over tenants that waited through the last minute: 1 when all of them had the same';
  if (!least) {
    return (
      <span className="faint" title={meaning}>
        Jain’s index: too few wait to say
      </span>
    );
  }
  return (
    <span title={meaning}>
      <Badge tone={least.fairness < fairAt ? 'warn' : 'good'}>
        Jain’s index {least.fairness.toFixed(2)} in {least.queue}
      </Badge>
    </span>
  );
}
