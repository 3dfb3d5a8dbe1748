import { useQuery } from '@tanstack/react-query';
import { operationsQuery } from '../../api/queries.ts';
import type { Operation } from '../../api/types.ts';
import { Badge } from '../../parts/badge.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

/** What was and is being done with the tenant as a whole. */
export function Operations({ tenant }: { tenant: string }) {
  // Somebody may be at work on the command line.
  const query = useQuery({ ...operationsQuery(tenant), refetchInterval: 5_000 });
  return (
    <Panel title="Operations" note="Suspended, resumed, exported, imported, erased">
      <Answer query={query} lines={2}>
        {({ operations }) =>
          operations.length === 0 ? (
            <Empty title="Nothing was done with it as a whole" />
          ) : (
            <PlainTable label="Operations" heads={['Begun', 'What', 'State', { text: 'Steps', align: 'end' }, 'Last step', 'Done']}>
              {operations.map((operation) => (
                <tr key={operation.id}>
                  <td>
                    <Time value={operation.started} />
                  </td>
                  <td>{operation.kind}</td>
                  <td>
                    <State operation={operation} />
                  </td>
                  <td data-align="end">{operation.stepCount}</td>
                  <td className="soft wrap">{operation.failure ?? operation.lastStep ?? ''}</td>
                  <td>{operation.completed ? <Time value={operation.completed} /> : ''}</td>
                </tr>
              ))}
            </PlainTable>
          )
        }
      </Answer>
    </Panel>
  );
}

function State({ operation: { completed, failure } }: { operation: Operation }) {
  if (completed) return failure === undefined ? <Badge tone="good">done</Badge> : <Badge>given up</Badge>;
  return failure === undefined ? <Badge tone="warn">at work or interrupted</Badge> : <Badge tone="bad">stopped</Badge>;
}
