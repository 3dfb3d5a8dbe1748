import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { deploymentsQuery } from '../../api/queries.ts';
import { formatCount, formatMs, formatShare } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

const hours = (ms: number | undefined) => (ms !== undefined && ms >= 3_600_000 ? `${(ms / 3_600_000).toFixed(1)} h` : formatMs(ms));

/** How often, how fast and how well this environment was deployed to, week by week. */
export function Deployments() {
  const query = useQuery(deploymentsQuery);
  return (
    <Answer query={query} lines={6}>
      {({ figures }) => {
        const { deployments, failed, weeks, isBroken, leadTimesUnknown } = figures;
        const facts: readonly (readonly [string, string])[] = [
          ['Deployments', `${formatCount(deployments)} in ${formatCount(figures.days)} days`],
          ['Lead time', `${hours(figures.leadTimeMs)}${leadTimesUnknown > 0 ? `, ${formatCount(leadTimesUnknown)} unknown to git` : ''}`],
          ['Failed or taken back', formatShare(failed, deployments)],
          ['Time to restore', `${hours(figures.restoreMs)}${isBroken ? ', the latest failure is open' : ''}`],
          ['Duration', formatMs(figures.durationMs)],
          ['Waited for locks', formatMs(figures.lockWaitMs)],
        ];
        const most = Math.max(...weeks.map((week) => week.completed + week.failed));
        return (
          <>
            <dl className="proof-facts">
              {facts.map(([name, value]) => (
                <Fragment key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </Fragment>
              ))}
            </dl>
            <PlainTable
              label="deployments by week"
              heads={['Week from', { text: 'Went through', align: 'end' }, { text: 'Failed', align: 'end' }, 'Trend']}
            >
              {weeks
                .filter((week) => week.completed + week.failed > 0)
                .toReversed()
                .map((week) => (
                  <tr key={week.from}>
                    <td>
                      <Time value={week.from} as="short" />
                    </td>
                    <td data-align="end">{formatCount(week.completed)}</td>
                    <td data-align="end">{formatCount(week.failed)}</td>
                    <td>
                      <Meter value={week.completed + week.failed} max={most} />
                    </td>
                  </tr>
                ))}
            </PlainTable>
          </>
        );
      }}
    </Answer>
  );
}
