import { useQuery } from '@tanstack/react-query';
import { grantsQuery } from '../../api/queries.ts';
import type { Grant } from '../../api/types.ts';
import { Badge } from '../../parts/badge.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

/** Who of the staff looked at the tenant's rows, and why. */
export function Grants({ tenant }: { tenant: string }) {
  const query = useQuery(grantsQuery(tenant));
  return (
    <Panel title="Break glass" note="Staff who reached rows of this tenant, newest first">
      <Answer query={query} lines={2}>
        {({ grants }) =>
          grants.length === 0 ? (
            <Empty title="Nobody did" />
          ) : (
            <PlainTable label="Break glass" heads={['Begun', 'Until', 'State', 'Who', 'As', 'Why']}>
              {grants.map((grant) => (
                <tr key={grant.id}>
                  <td>
                    <Time value={grant.begun} />
                  </td>
                  <td>
                    <Time value={grant.ended ?? grant.expires} />
                  </td>
                  <td>
                    <State grant={grant} />
                  </td>
                  <td>
                    {grant.staff.name} <span className="faint">{grant.staff.account}</span>
                  </td>
                  <td>{grant.role}</td>
                  <td className="soft wrap">{grant.reason}</td>
                </tr>
              ))}
            </PlainTable>
          )
        }
      </Answer>
    </Panel>
  );
}

function State({ grant }: { grant: Grant }) {
  if (grant.isRunning) return <Badge tone="warn">running</Badge>;
  return grant.endedBy === undefined ? <Badge>expired</Badge> : <Badge>ended by {grant.endedBy}</Badge>;
}
