import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { request } from '../api/client.ts';
import { grantsQuery, sessionQuery } from '../api/queries.ts';
import type { Grant } from '../api/types.ts';
import { Answer, Problem } from './states.tsx';
import { Time } from './time.tsx';

/** What only staff with a reason may see: it is shown while a grant of whoever is signed in runs for the tenant, else a form that asks for one. */
export function Glass({ tenant, children }: { tenant: string; children: ReactNode }) {
  const account = useQuery(sessionQuery).data?.account?.name;
  const query = useQuery(grantsQuery(tenant));
  return (
    <Answer query={query} lines={4}>
      {({ grants }) => {
        const running = grants.find((grant) => grant.isRunning && grant.staff.account === account);
        return running ? (
          <>
            <Running grant={running} />
            {children}
          </>
        ) : (
          <Ask tenant={tenant} />
        );
      }}
    </Answer>
  );
}

/** After a grant came or went nothing that was read before counts. */
function useGlass<T>(ask: (given: T) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: ask, onSuccess: () => client.invalidateQueries() });
}

function Running({ grant }: { grant: Grant }) {
  const end = useGlass(() => request(`/tenancy/break-glass/${grant.id}/end`, { method: 'POST', body: {} }));
  return (
    <p className="glass note" role="status">
      <span>
        You see {grant.slug} as {grant.role} until <Time value={grant.expires} as="short" />, on record: {grant.reason}
      </span>
      <button type="button" className="button button-small" disabled={end.isPending} onClick={() => end.mutate(undefined)}>
        End it
      </button>
      {end.error && <Problem error={end.error} />}
    </p>
  );
}

function Ask({ tenant }: { tenant: string }) {
  const open = useGlass((body: { reason: string; minutes: number }) =>
    request('/tenancy/break-glass', { method: 'POST', body: { tenant, ...body } }),
  );
  return (
    <form
      className="form glass-form"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        open.mutate({ reason: String(given.get('reason')), minutes: Number(given.get('minutes')) });
      }}
    >
      <h2>Why do you look at rows of {tenant}?</h2>
      {open.error && <Problem error={open.error} />}
      <label className="field">
        Reason
        <input name="reason" required minLength={10} maxLength={500} placeholder="Ticket 4711: their import of Monday" />
      </label>
      <label className="field">
        For how many minutes
        <input name="minutes" type="number" required min={1} max={480} defaultValue={30} />
      </label>
      <p className="faint">
        Your name, the reason and the keys of all you see go into the audit trail. The same as <code>plinth tenancy break-glass open</code>.
      </p>
      <button type="submit" className="button button-main" disabled={open.isPending}>
        Show them
      </button>
    </form>
  );
}
