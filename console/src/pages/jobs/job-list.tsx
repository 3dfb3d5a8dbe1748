import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { jobsQuery, jobTypesQuery, promiseQuery } from '../../api/job-queries.ts';
import { usePolling } from '../../api/live.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Field } from '../../parts/field.tsx';
import { Glass } from '../../parts/glass.tsx';
import { Loading, Problem } from '../../parts/states.tsx';
import { useTenant } from '../../parts/tenant-choice.tsx';
import { Enqueue } from './enqueue.tsx';
import { jobColumns } from './job-columns.tsx';
import { ManyJobs } from './many-jobs.tsx';
import { jobStates, stateWords } from './words.ts';

const route = getRouteApi('/shell/jobs');
const refreshMs = 5_000;

/** Jobs of the tenant that is chosen, or of the platform itself, newest first. */
export function JobList() {
  const tenant = useTenant();
  return (
    <>
      <Filters />
      {tenant === undefined ? (
        <>
          <p className="note faint">
            These are the platform’s own jobs. Choose a tenant above to see that tenant’s: for a reason, and on record.
          </p>
          <List />
        </>
      ) : (
        <Glass tenant={tenant}>
          <List />
        </Glass>
      )}
    </>
  );
}

function List() {
  const { state, queue, type, since, until } = route.useSearch();
  const tenant = useTenant();
  const filter = { tenant, queue, type, state, since, until };
  const query = useInfiniteQuery(jobsQuery(filter));
  // What changes while one looks is on the first page.
  usePolling(jobsQuery(filter).queryKey, (query.data?.pages.length ?? 0) > 1 ? 0 : refreshMs);
  if (query.error && !query.data) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading lines={10} />;
  const jobs = query.data.pages.flatMap((page) => page.jobs);
  return (
    <>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      <DataTable
        label="jobs"
        columns={jobColumns}
        data={jobs}
        sort="-queued"
        rowKey={(job) => job.id}
        tools={
          <>
            <ManyJobs filter={filter} />
            <Enqueue label="Enqueue a job" title="Enqueue a job" tenant={tenant} {...(type !== undefined && { type })} />
            {query.hasNextPage && (
              <button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Older jobs
              </button>
            )}
          </>
        }
      />
    </>
  );
}

type Name = 'state' | 'queue' | 'type' | 'since' | 'until';

function Filters() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const queues = useQuery(promiseQuery).data?.queues.map(({ queue }) => queue) ?? [];
  const types =
    useQuery(jobTypesQuery)
      .data?.types.map(({ name }) => name)
      .sort() ?? [];
  const set = (name: Name, value: string) =>
    void navigate({ to: '.', search: ((old: object) => ({ ...old, [name]: value || undefined })) as never, replace: true });
  const choice = (name: Name, text: string, options: readonly string[], words: Readonly<Record<string, string>> = {}) => (
    <Field text={text}>
      {(id) => (
        <select id={id} value={search[name] ?? ''} onChange={(event) => set(name, event.target.value)}>
          <option value="">all</option>
          {search[name] !== undefined && !options.includes(search[name]) && <option>{search[name]}</option>}
          {options.map((option) => (
            <option key={option} value={option}>
              {words[option] ?? option}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <search className="job-filters" aria-label="Which jobs">
      {choice('state', 'State', jobStates, stateWords)}
      {choice('queue', 'Queue', queues)}
      {choice('type', 'Type', types)}
      {(['since', 'until'] as const).map((name) => (
        <Field key={name} text={name === 'since' ? 'From' : 'Before'}>
          {(id) => <input id={id} type="date" value={search[name] ?? ''} onChange={(event) => set(name, event.target.value)} />}
        </Field>
      ))}
      <form
        className="choice"
        onSubmit={(event) => {
          event.preventDefault();
          const id = String(new FormData(event.currentTarget).get('id')).trim();
          if (id)
            void navigate({
              to: '/jobs/$id',
              params: { id },
              search: ((old: { tenant?: string }) => (old.tenant ? { tenant: old.tenant } : {})) as never,
            });
        }}
      >
        <Field text="Open">{(id) => <input id={id} name="id" placeholder="id of a job, then Enter" />}</Field>
      </form>
    </search>
  );
}
