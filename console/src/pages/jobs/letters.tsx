import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { DeadLetter } from '../../../../src/data/queue/index.ts';
import { request } from '../../api/client.ts';
import { lettersQuery } from '../../api/job-queries.ts';
import type { Json } from '../../api/json.ts';
import { Action } from '../../parts/action.tsx';
import { Glass } from '../../parts/glass.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Empty, Loading, Problem } from '../../parts/states.tsx';
import { useTenant } from '../../parts/tenant-choice.tsx';
import { Time } from '../../parts/time.tsx';
import { reasonWords } from './words.ts';

const route = getRouteApi('/shell/jobs');

/** Dead letters of the tenant that is chosen, or of the platform itself, newest first. */
export function Letters() {
  const tenant = useTenant();
  const { signature } = route.useSearch();
  const of = tenant ?? 'the platform';
  return (
    <Panel
      title={`One by one: ${of}`}
      note={tenant === undefined ? 'Choose a tenant above to see that tenant’s' : 'Newest first'}
      aside={
        signature !== undefined && (
          <Link to="." search={((old: object) => ({ ...old, signature: undefined })) as never} className="button button-small">
            Of any cause
          </Link>
        )
      }
    >
      {tenant === undefined ? (
        <List />
      ) : (
        <div className="dead-glass">
          <Glass tenant={tenant}>
            <List />
          </Glass>
        </div>
      )}
    </Panel>
  );
}

function List() {
  const tenant = useTenant();
  const { signature } = route.useSearch();
  const query = useInfiniteQuery(lettersQuery({ tenant, signature }));
  if (query.error && !query.data) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading lines={3} />;
  const letters = query.data.pages.flatMap((page) => page.letters);
  if (letters.length === 0) {
    return (
      <Empty title={`No dead letters of ${tenant ?? 'the platform'}`}>
        {signature === undefined ? 'All of its jobs ended, or are still tried.' : 'None died of this; look at those of any cause.'}
      </Empty>
    );
  }
  return (
    <>
      <PlainTable
        label="Dead letters"
        heads={['Type', 'Given up', 'Why', 'Last error', { text: 'Runs', align: 'end' }, { text: 'Actions', align: 'end', isHidden: true }]}
      >
        {letters.map((letter) => (
          <Line key={letter.jobId} letter={letter} tenant={tenant} />
        ))}
      </PlainTable>
      {query.hasNextPage && (
        <p className="dead-buttons">
          <button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Older ones
          </button>
        </p>
      )}
    </>
  );
}

function Line({ letter, tenant }: { letter: Json<DeadLetter>; tenant: string | undefined }) {
  const { jobId } = letter;
  return (
    <tr>
      <td>
        <Link to="/jobs/$id" params={{ id: jobId }} search={tenant === undefined ? {} : { tenant }} className="mono">
          {letter.type}
        </Link>
      </td>
      <td>
        <Time value={letter.failed} />
      </td>
      <td className="soft">{reasonWords[letter.reason] ?? letter.reason}</td>
      <td className="wrap mono">{letter.kind}</td>
      <td data-align="end">{letter.runs}</td>
      <td data-align="end">
        <Action
          label="Redrive"
          title="Enqueue it again?"
          command={`plinth queue redrive ${jobId}`}
          run={() =>
            request<{ redriven: number }>('/queue/dead/redrive', { method: 'POST', body: { ids: [jobId], tenant: letter.tenantId } })
          }
          done={() => 'It was enqueued again as a new job.'}
        >
          A new job with the same payload takes its place, once. The new job can be cancelled.
        </Action>
      </td>
    </tr>
  );
}
