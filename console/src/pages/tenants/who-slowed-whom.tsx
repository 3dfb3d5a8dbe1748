import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { slowMinutesQuery, usageMinuteQuery } from '../../api/queries.ts';
import type { MinuteUsage, SlowMinute } from '../../api/types.ts';
import { TierName } from '../../parts/badge.tsx';
import { formatCount, formatMs, formatShare } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

/** The minutes in which tenants kept each other waiting, and everybody of one of them. */
export function WhoSlowedWhom({ minute }: { minute: string | undefined }) {
  const query = useQuery(slowMinutesQuery);
  return (
    <>
      <Panel title="Who slowed whom" note="Minutes of the last day in which tenants waited longest for connections">
        <Answer query={query} lines={6}>
          {({ minutes }) =>
            minutes.length === 0 ? (
              <Empty title="Nobody waited for anybody" />
            ) : (
              <PlainTable
                label="Who slowed whom"
                heads={['Minute', 'Tier', { text: 'Waited', align: 'end' }, 'Who waited', 'Who held the connections']}
              >
                {minutes.map((slow) => (
                  <SlowRow key={`${slow.begun} ${slow.tier}`} slow={slow} />
                ))}
              </PlainTable>
            )
          }
        </Answer>
      </Panel>
      <Minute minute={minute ?? 'last'} />
    </>
  );
}

function SlowRow({ slow: { begun, tier, poolWaitMs, slowed, holders } }: { slow: SlowMinute }) {
  return (
    <tr>
      <td>
        <Link to="/tenants" search={{ view: 'usage', minute: begun }} className="row-link">
          <Time value={begun} />
        </Link>
      </td>
      <td>
        <TierName tier={tier} />
      </td>
      <td data-align="end">{formatMs(poolWaitMs)}</td>
      <td className="wrap">{slowed.map((one) => `${one.slug} ${formatMs(one.poolWaitMs)}`).join(', ')}</td>
      <td className="wrap">{holders.map((one) => `${one.slug} ${formatShare(one.heldShare, 1)}`).join(', ')}</td>
    </tr>
  );
}

/** `minute`: as its endpoint takes it. */
function Minute({ minute }: { minute: string }) {
  const query = useQuery(usageMinuteQuery(minute));
  const title = minute === 'last' ? 'The minute before this' : 'In that minute';
  return (
    <Panel title={title} note={query.data && <Time value={query.data.begun} />}>
      <Answer query={query} lines={3}>
        {({ tenants }) =>
          tenants.length === 0 ? (
            <Empty title="Nobody had anything" />
          ) : (
            <PlainTable
              label={title}
              heads={[
                'Tier',
                'Tenant',
                'Of the connections held',
                ...['Statements', 'Rows', 'Took', 'Held', 'Waited'].map((text) => ({ text, align: 'end' as const })),
              ]}
            >
              {tenants.map((one) => (
                <TenantRow key={`${one.tier} ${one.tenant.id}`} usage={one} />
              ))}
            </PlainTable>
          )
        }
      </Answer>
    </Panel>
  );
}

function TenantRow({ usage }: { usage: MinuteUsage }) {
  return (
    <tr>
      <td>
        <TierName tier={usage.tier} />
      </td>
      <td>{usage.tenant.slug}</td>
      <td>
        <span className="pair">
          <Meter value={usage.heldShare} max={1} />
          <span>{formatShare(usage.heldShare, 1)}</span>
        </span>
      </td>
      <td data-align="end">{formatCount(usage.queries)}</td>
      <td data-align="end">{formatCount(usage.rows)}</td>
      <td data-align="end">{formatMs(usage.executionMs)}</td>
      <td data-align="end">{formatMs(usage.heldMs)}</td>
      <td data-align="end">{formatMs(usage.poolWaitMs)}</td>
    </tr>
  );
}
