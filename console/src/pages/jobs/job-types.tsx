import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { jobTypesQuery } from '../../api/job-queries.ts';
import { usePolling } from '../../api/live.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatCount, formatDuration, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Pausing } from './pausing.tsx';

const refreshMs = 10_000;
const end = (text: string) => ({ text, align: 'end' as const });

/** Kinds of jobs: how many wait, who can run them, and a button that holds all of a kind. */
export function JobTypes() {
  const query = useQuery(jobTypesQuery);
  usePolling(jobTypesQuery.queryKey, refreshMs);
  return (
    <Panel title="Job types" note="Those with most ready jobs first">
      <Answer query={query} lines={4}>
        {({ types }) =>
          types.length === 0 ? (
            <Empty title="No kind of job is defined">A product defines them when it is opened.</Empty>
          ) : (
            <PlainTable
              label="Job types"
              heads={[
                'Type',
                'Queue',
                'Band',
                end('Ready'),
                'Oldest',
                end('Mean run'),
                end('Attempts'),
                'Can be run by',
                { text: 'Actions', align: 'end', isHidden: true },
              ]}
            >
              {types.map((type) => (
                <tr key={type.name}>
                  <td>
                    <Link to="/jobs" search={{ view: 'list', type: type.name }} className="mono">
                      {type.name}
                    </Link>{' '}
                    {type.isPaused && <Badge tone="warn">paused</Badge>}
                  </td>
                  <td>{type.queue}</td>
                  <td>{type.band}</td>
                  <td data-align="end">{formatCount(type.waiting)}</td>
                  <td>{type.oldest ? <Time value={type.oldest} as="ago" /> : <span className="faint">–</span>}</td>
                  <td data-align="end">{formatDuration(type.meanRunMs)}</td>
                  <td data-align="end">{type.maxAttempts}</td>
                  <td>
                    {type.workers > 0 ? (
                      plural(type.workers, 'process', 'processes')
                    ) : (
                      <Badge tone={type.waiting > 0 ? 'bad' : 'plain'}>nobody{type.waiting > 0 && ' has a handler'}</Badge>
                    )}
                  </td>
                  <td data-align="end">
                    <Pausing of="type" name={type.name} isPaused={type.isPaused} />
                  </td>
                </tr>
              ))}
            </PlainTable>
          )
        }
      </Answer>
    </Panel>
  );
}
