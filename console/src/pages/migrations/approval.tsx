import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from '../../api/client.ts';
import { approvalsQuery, sessionQuery } from '../../api/queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { Panel } from '../../parts/page.tsx';
import { Answer, Problem } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';

/** Who approved just this plan, what is missing, and a form for who may. */
export function Approval() {
  const query = useQuery(approvalsQuery);
  const session = useQuery(sessionQuery);
  const role = session.data?.account?.role;
  return (
    <Answer query={query} lines={3}>
      {(status) => (
        <Panel
          title="Approval"
          note={`Plan ${status.planHash.slice(0, 12)} for ${status.environment}`}
          aside={
            status.isApproved ? (
              <Badge tone="good">approved</Badge>
            ) : status.isRequired ? (
              <Badge tone="warn">needed</Badge>
            ) : (
              <Badge>not asked for in {status.environment}</Badge>
            )
          }
        >
          <ul className="proof-list">
            {status.given.map((one) => (
              <li key={one.id} className="proof-item">
                <p className="proof-head">
                  <Badge tone={one.verdict === 'counts' ? 'good' : 'warn'}>{one.verdict}</Badge>
                  <strong>{one.approver}</strong> as {one.role}, <Time value={one.created} as="ago" />
                </p>
                <p className="soft">{one.reason}</p>
              </li>
            ))}
            {[...(status.isRequired ? status.missing.map((line) => `Missing: ${line}`) : []), ...status.warnings].map((line) => (
              <li key={line} className="proof-item soft">
                {line}
              </li>
            ))}
          </ul>
          {status.isRequired && !status.isApproved && (role === 'operator' || role === 'admin') && <Form />}
        </Panel>
      )}
    </Answer>
  );
}

function Form() {
  const client = useQueryClient();
  const approve = useMutation({
    mutationFn: (body: { reason: string; role: string }) => request('/migrate/approvals', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: approvalsQuery.queryKey }),
  });
  return (
    <form
      className="form proof-item"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        approve.mutate({ reason: String(given.get('reason')), role: given.get('security') ? 'security' : 'reviewer' });
      }}
    >
      {approve.error && <Problem error={approve.error} />}
      <label className="field">
        Why it may be applied
        <input name="reason" required maxLength={2000} />
      </label>
      <label className="choice">
        <input name="security" type="checkbox" /> as security reviewer
      </label>
      <p className="faint">
        The same as <code>plinth migrate approve --reason …</code>. Counts for 72 hours and for these bytes only.
      </p>
      <button type="submit" className="button button-main" disabled={approve.isPending}>
        Approve
      </button>
    </form>
  );
}
