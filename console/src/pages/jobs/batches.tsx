import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { batchesQuery } from '../../api/job-queries.ts';
import { usePolling } from '../../api/live.ts';
import { Field } from '../../parts/field.tsx';
import { formatDuration } from '../../parts/format.ts';
import { Glass } from '../../parts/glass.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Empty, Loading, Problem } from '../../parts/states.tsx';
import { useTenant } from '../../parts/tenant-choice.tsx';
import { Time } from '../../parts/time.tsx';
import { BatchActions } from './batch-actions.tsx';
import { BatchProgress } from './batch-progress.tsx';
import { StateBadge } from './state-badge.tsx';
import { stateWords } from './words.ts';
import './batches.css';

const route = getRouteApi('/shell/jobs');
const refreshMs = 5_000;
const states = ['open', 'completed', 'failed', 'cancelled'] as const;

/** Jobs that belong together: how far each whole has got, newest first. */
export function Batches() {
  const tenant = useTenant();
  return (
    <Panel
      title={`Batches and flows of ${tenant ?? 'the platform'}`}
      note={tenant === undefined ? 'Choose a tenant above to see that tenant’s' : 'Newest first'}
      aside={<StateChoice />}
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

function StateChoice() {
  const { state } = route.useSearch();
  const navigate = useNavigate();
  return (
    <Field text="State">
      {(id) => (
        <select
          id={id}
          value={state ?? ''}
          onChange={(event) =>
            void navigate({
              to: '.',
              search: ((old: object) => ({ ...old, state: event.target.value || undefined })) as never,
              replace: true,
            })
          }
        >
          <option value="">all</option>
          {states.map((one) => (
            <option key={one} value={one}>
              {stateWords[one]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function List() {
  const tenant = useTenant();
  const { state } = route.useSearch();
  const filter = { tenant, state: states.find((one) => one === state) };
  const query = useInfiniteQuery(batchesQuery(filter));
  usePolling(batchesQuery(filter).queryKey, (query.data?.pages.length ?? 0) > 1 ? 0 : refreshMs);
  if (query.error && !query.data) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading lines={4} />;
  const batches = query.data.pages.flatMap((page) => page.batches);
  if (batches.length === 0) {
    return (
      <Empty title={filter.state === undefined ? 'No batch and no flow was made yet' : `None is ${stateWords[filter.state]}`}>
        {filter.state === undefined && (
          <>
            Code makes them with <code>queue.flows.batch</code> and <code>queue.flows.flow</code>.
          </>
        )}
      </Empty>
    );
  }
  return (
    <>
      <PlainTable
        label="Batches and flows"
        heads={['Name', 'State', 'Ended', 'Made', 'Took', { text: 'Actions', align: 'end', isHidden: true }]}
      >
        {batches.map((batch) => (
          <tr key={batch.id}>
            <td>
              <Link to="/jobs/batches/$id" params={{ id: batch.id }} search={tenant === undefined ? {} : { tenant }}>
                {batch.name ?? `without a name, …${batch.id.slice(-6)}`}
              </Link>{' '}
              <span className="faint">{batch.kind}</span>
            </td>
            <td>
              <StateBadge state={batch.state} />
              {batch.isCancelled && batch.state === 'open' && <span className="faint"> being cancelled</span>}
            </td>
            <td>
              <BatchProgress batch={batch} />
            </td>
            <td>
              <Time value={batch.created} as="ago" />
            </td>
            <td>{formatDuration((batch.ended ? Date.parse(batch.ended) : Date.now()) - Date.parse(batch.created))}</td>
            <td data-align="end">
              <BatchActions batch={batch} />
            </td>
          </tr>
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
