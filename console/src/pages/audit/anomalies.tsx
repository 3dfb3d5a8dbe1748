import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { Anomaly } from '../../../../src/trust/audit/index.ts';
import { request } from '../../api/client.ts';
import type { Json } from '../../api/json.ts';
import { anomaliesQuery, sessionQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import { Answer, Empty, Problem } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

const route = getRouteApi('/shell/audit');

/** What users did that is unusual for them, with the numbers, and a way to say that it is expected. */
export function Anomalies() {
  const isAll = route.useSearch().all === 'true';
  const navigate = useNavigate();
  const query = useQuery(anomaliesQuery(isAll));
  const role = useQuery(sessionQuery).data?.account?.role;
  return (
    <>
      <label className="choice">
        <input
          type="checkbox"
          checked={isAll}
          onChange={(event) =>
            void navigate({
              to: '.',
              search: ((old: object) => ({ ...old, all: event.target.checked ? 'true' : undefined })) as never,
              replace: true,
            })
          }
        />
        also what is expected
      </label>
      <Answer query={query} lines={6}>
        {({ anomalies }) =>
          anomalies.length === 0 ? (
            <Empty title="Nothing unusual on record">
              Each hour is judged against four weeks of the same user and tenant, once 24 active hours on five days are known.
            </Empty>
          ) : (
            <div className="panels">
              {anomalies.map((anomaly) => (
                <One key={anomaly.id} anomaly={anomaly} mayDecide={role === 'operator' || role === 'admin'} />
              ))}
            </div>
          )
        }
      </Answer>
    </>
  );
}

function One({ anomaly, mayDecide }: { anomaly: Json<Anomaly>; mayDecide: boolean }) {
  const { user, tenant, kind, subject, evidence, severity, occurrences, lastHour, expected } = anomaly;
  // The hour and a little of what came before it.
  const hour = new Date(lastHour).getTime();
  const range = { from: new Date(hour).toISOString(), to: new Date(hour + 3_600_000).toISOString() };
  return (
    <Panel
      title={`${user ?? 'Work without a user'}: ${subject === '' ? kind : `${kind} ${subject}`}`}
      note={
        <>
          {tenant && <>of {tenant}, </>}
          <Time value={lastHour} />
          {occurrences > 1 && <>, {plural(occurrences, 'hour')} in all</>}
        </>
      }
      aside={expected ? <Badge tone="good">expected</Badge> : <Badge tone={severity === 'high' ? 'bad' : 'warn'}>{severity}</Badge>}
    >
      <div className="audit-evidence">
        <p>{evidence}</p>
        <p>
          <Link to="/audit" search={{ view: 'timeline', ...range, ...(user !== null && { user }), ...(tenant !== null && { tenant }) }}>
            What was done in that hour
          </Link>
        </p>
        {expected && (
          <p className="soft">
            {expected.by} says so: {expected.because} (<Time value={expected.at} as="ago" />)
          </p>
        )}
        {mayDecide && <Decision anomaly={anomaly} />}
      </div>
    </Panel>
  );
}

function Decision({ anomaly: { id, expected } }: { anomaly: Json<Anomaly> }) {
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (because: string | undefined) =>
      request(`/audit/anomalies/${id}/expect`, because === undefined ? { method: 'DELETE' } : { method: 'POST', body: { because } }),
    onSuccess: () => client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('/audit/') }),
  });
  if (expected) {
    return (
      <>
        {decide.error && <Problem error={decide.error} />}
        <button type="button" className="button" disabled={decide.isPending} onClick={() => decide.mutate(undefined)}>
          Not expected after all
        </button>
      </>
    );
  }
  return (
    <form
      className="audit-filters"
      onSubmit={(event) => {
        event.preventDefault();
        decide.mutate(String(new FormData(event.currentTarget).get('because')));
      }}
    >
      {decide.error && <Problem error={decide.error} />}
      <label className="choice">
        <span className="choice-label">Expected, because</span>
        <input name="because" required maxLength={500} />
      </label>
      <button type="submit" className="button" disabled={decide.isPending}>
        Mark as expected
      </button>
      <span className="faint">
        As <code>plinth audit expect</code>; raised again only beyond what was seen.
      </span>
    </form>
  );
}
