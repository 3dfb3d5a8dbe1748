import { useQuery } from '@tanstack/react-query';
import { flagsQuery } from '../../api/queries.ts';
import type { Flag } from '../../api/types.ts';
import { Badge } from '../../parts/badge.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

/** What some tenants have before others. */
export function Flags() {
  // They may take steps by themselves.
  const query = useQuery({ ...flagsQuery, refetchInterval: 5_000 });
  return (
    <Answer query={query} lines={4}>
      {({ flags }) =>
        flags.length === 0 ? (
          <Empty title="Nothing is rolled out to some before others" />
        ) : (
          <PlainTable
            label="Flags"
            heads={[
              'Flag',
              'Ring',
              'Since',
              'By',
              'Goes on',
              { text: 'Failed with it', align: 'end' },
              { text: 'Without', align: 'end' },
              'Meaning',
            ]}
          >
            {flags.map((flag) => (
              <tr key={flag.name}>
                <td className="mono">{flag.name}</td>
                <td>
                  <Badge tone={flag.cause === 'errors' ? 'bad' : flag.ring === 'none' ? 'plain' : 'good'}>{flag.ring}</Badge>
                </td>
                <td>
                  <Time value={flag.created} as="ago" />
                </td>
                <td>{flag.cause === 'errors' ? <span className="wrap">itself: {flag.reason}</span> : flag.changedBy}</td>
                <td>{flag.everyMinutes === undefined ? <span className="faint">by hand</span> : `every ${flag.everyMinutes} min`}</td>
                <td data-align="end">{failed(flag.on)}</td>
                <td data-align="end">{failed(flag.off)}</td>
                <td className="soft wrap">{flag.meaning}</td>
              </tr>
            ))}
          </PlainTable>
        )
      }
    </Answer>
  );
}

const failed = ({ calls, failures }: Flag['on']) => (calls === 0 ? '' : `${failures} of ${calls}`);
