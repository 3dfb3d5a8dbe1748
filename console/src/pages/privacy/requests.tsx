import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RequestSummary } from '../../../../src/trust/privacy/index.ts';
import { request } from '../../api/client.ts';
import type { Json } from '../../api/json.ts';
import { sessionQuery, subjectRequestsQuery } from '../../api/queries.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty, Problem } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

type Asked = Json<RequestSummary>;

const tones: Readonly<Record<Asked['state'], Tone>> = { completed: 'good', running: 'warn', held: 'bad' };

/** What people asked for. Who they are is not kept: a hash of what they were named by tells one from another. */
export function Requests() {
  const query = useQuery(subjectRequestsQuery);
  return (
    <Answer query={query} lines={6}>
      {({ requests }) =>
        requests.length === 0 ? (
          <Empty title="Nobody has asked yet">
            Show what there is of a person with <code>plinth privacy subject erase name@example.org --purpose …</code>
          </Empty>
        ) : (
          <PlainTable label="requests" heads={['Asked', 'For', 'Person', 'On the ground of', 'State', 'Found', '']}>
            {requests.map((one) => (
              <tr key={one.id}>
                <td>
                  <Time value={one.created} />
                </td>
                <td>{one.kind === 'erase' ? 'erasure' : 'export'}</td>
                <td className="mono" title={one.identifierHash}>
                  {one.identifierKind} {one.identifierHash.slice(0, 12)}
                </td>
                <td className="wrap">{one.purpose}</td>
                <td className="wrap">
                  <Badge tone={tones[one.state]}>{one.state}</Badge> {one.heldBy && <span className="soft">{one.heldBy}</span>}
                </td>
                <td>{one.kind === 'erase' && `${plural(one.rows, 'row')} in ${plural(one.places, 'place')}`}</td>
                <td>{one.kind === 'erase' && (one.state === 'completed' ? <Certificate id={one.id} /> : <Resume id={one.id} />)}</td>
              </tr>
            ))}
          </PlainTable>
        )
      }
    </Answer>
  );
}

function Certificate({ id }: { id: string }) {
  return (
    <a className="button" href={`/api/privacy/requests/${id}/certificate`} download={`erasure-${id}.json`}>
      Certificate
    </a>
  );
}

/** Goes on with an erasure that was interrupted or held. */
function Resume({ id }: { id: string }) {
  const client = useQueryClient();
  const role = useQuery(sessionQuery).data?.account?.role;
  const resume = useMutation({
    mutationFn: () => request(`/privacy/requests/${id}/resume`, { method: 'POST' }),
    onSettled: () => client.invalidateQueries({ queryKey: subjectRequestsQuery.queryKey }),
  });
  if (role !== 'admin') return <span className="faint">an admin goes on with it</span>;
  return (
    <>
      <button type="button" className="button" disabled={resume.isPending} onClick={() => resume.mutate()}>
        {resume.isPending ? 'Erasing …' : 'Go on'}
      </button>
      {resume.error && <Problem error={resume.error} />}
    </>
  );
}
