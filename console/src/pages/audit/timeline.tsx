import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { trailQuery } from '../../api/queries.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Field } from '../../parts/field.tsx';
import { Loading, Problem } from '../../parts/states.tsx';
import { useTenant } from '../../parts/tenant-choice.tsx';
import { eventColumns } from './event-columns.tsx';
import { EventDetail } from './event-detail.tsx';

const route = getRouteApi('/shell/audit');

/** The trail, newest first; what the server is asked for stands in the address. */
export function Timeline() {
  const { from, to, kind, action, target, user, outcome, event } = route.useSearch();
  const tenant = useTenant();
  const query = useInfiniteQuery(trailQuery({ from, to, kind, action, target, user, outcome, tenant }));
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading lines={10} />;
  const events = query.data.pages.flatMap((page) => page.events);
  const chosen = events.find((one) => one.id === event);
  return (
    <>
      <Filters />
      {chosen && <EventDetail event={chosen} />}
      <DataTable
        label="events"
        columns={eventColumns}
        data={events}
        sort="-created"
        rowKey={(one) => one.id}
        tools={
          query.hasNextPage && (
            <button type="button" className="button" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Older events
            </button>
          )
        }
      />
    </>
  );
}

type Name = 'from' | 'to' | 'kind' | 'action' | 'target' | 'user' | 'outcome';

function Filters() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const set = (values: Partial<Record<Name, string | undefined>>) =>
    void navigate({ to: '.', search: ((old: object) => ({ ...old, ...values, event: undefined })) as never, replace: true });
  const choice = (name: Name, text: string, options: readonly string[]) => (
    <Field text={text}>
      {(id) => (
        <select id={id} value={search[name] ?? ''} onChange={(event) => set({ [name]: event.target.value || undefined })}>
          <option value="">all</option>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      )}
    </Field>
  );
  // Asked for when it is complete: each key would be a question to all databases.
  const words = (name: Name, text: string, placeholder: string, type = 'text') => (
    <Field text={text}>
      {(id) => (
        <input
          key={search[name] ?? ''}
          id={id}
          type={type}
          placeholder={placeholder}
          defaultValue={search[name] ?? ''}
          onBlur={(event) => event.target.value !== (search[name] ?? '') && set({ [name]: event.target.value || undefined })}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
      )}
    </Field>
  );
  return (
    <search className="audit-filters" aria-label="Which events">
      {words('from', 'From', '', 'date')}
      {words('to', 'To', '', 'date')}
      {choice('kind', 'Kind', ['change', 'operation', 'access'])}
      {choice('outcome', 'Outcome', ['done', 'refused'])}
      {words('user', 'User', 'address or id')}
      {words('action', 'Action begins', 'migrate.')}
      {words('target', 'On', 'schema.table')}
    </search>
  );
}
