import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { request } from '../../api/client.ts';
import { deadGroupsQuery } from '../../api/job-queries.ts';
import { Action, useMayAct } from '../../parts/action.tsx';
import { Badge } from '../../parts/badge.tsx';
import { formatCount, plural } from '../../parts/format.ts';
import { Sparkline } from '../../parts/sparkline.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { Letters } from './letters.tsx';
import { findingWords, reasonWords } from './words.ts';

const trialSize = 10;
/** Failures are counted each minute. */
const isFresh = (failed: string) => Date.now() - Date.parse(failed) < 120_000;

/** What was given up and waits for somebody, by what it died of; then those of a tenant one by one. */
export function DeadLetters() {
  const mayAct = useMayAct();
  return (
    <>
      {mayAct ? <Groups /> : <p className="note soft">What died of the same over all tenants is shown to operators.</p>}
      <Letters />
    </>
  );
}

function Groups() {
  const query = useQuery(deadGroupsQuery);
  return (
    <Answer query={query} lines={6}>
      {({ groups }) =>
        groups.length === 0 ? (
          <section className="panel">
            <Empty title="Nothing waits for you">
              Jobs that fail to the last attempt, or that are not worth another, stand here by what they died of.
            </Empty>
          </section>
        ) : (
          <ul className="dead" aria-label="Dead letters by cause">
            {groups.map((group) => (
              <Group key={group.signature} group={group} />
            ))}
          </ul>
        )
      }
    </Answer>
  );
}

type ShownGroup = NonNullable<ReturnType<typeof useGroups>>[number];
const useGroups = () => useQuery(deadGroupsQuery).data?.groups;

function Group({ group }: { group: ShownGroup }) {
  const { signature, jobs, redriven, failures } = group;
  const failed = failures.reduce((sum, value) => sum + value, 0);
  const whose = group.lastTenant === 'system' ? {} : { tenant: group.lastTenant };
  return (
    <li className="panel dead-group">
      <div className="dead-head">
        <strong className="figure-value">{formatCount(jobs)}</strong>
        <div>
          <h2 className="dead-kind">{group.kind}</h2>
          <p className="soft">
            <code>{group.type}</code> in {group.queue}, {plural(group.tenants, 'tenant')};{' '}
            {group.reasons.map((reason) => reasonWords[reason] ?? reason).join(', ')}
          </p>
        </div>
        <p className="dead-findings">
          {group.findings.map((finding) => (
            <Badge key={finding} tone="warn">
              {findingWords[finding] ?? finding}
            </Badge>
          ))}
        </p>
      </div>
      <dl className="dead-facts">
        <div>
          <dt>Given up</dt>
          <dd>
            first <Time value={group.firstFailed} as="ago" />, last <Time value={group.lastFailed} as="ago" />
          </dd>
        </div>
        <div>
          <dt>Failed runs, 24 h</dt>
          <dd className="pair">
            <Sparkline values={failures} tip={(hour) => `${failures[hour]} runs, ${23 - hour} h ago`} />{' '}
            {failed === 0 && isFresh(group.lastFailed) ? <span className="faint">counted in a minute</span> : formatCount(failed)}
          </dd>
        </div>
        <div>
          <dt>Tried again, last day</dt>
          <dd>
            <Trial redriven={redriven} />
          </dd>
        </div>
        <div>
          <dt>Newest</dt>
          <dd>
            <Link to="/jobs/$id" params={{ id: group.lastJobId }} search={whose}>
              open the job
            </Link>
            {', '}
            <Link to="/jobs" search={{ view: 'dead', signature, ...whose }}>
              all of {group.lastTenant === 'system' ? 'the platform' : group.lastTenant}
            </Link>
          </dd>
        </div>
      </dl>
      <div className="dead-buttons">
        {jobs > trialSize && <Redrive group={group} isAll={false} />}
        <Redrive group={group} isAll />
      </div>
    </li>
  );
}

function Trial({ redriven: { jobs, completed, failed } }: Pick<ShownGroup, 'redriven'>) {
  if (jobs === 0) return <span className="faint">none yet</span>;
  const tone = failed > 0 ? 'bad' : completed > 0 ? 'good' : 'plain';
  return (
    <Badge tone={tone}>
      {completed} of {jobs} completed{failed > 0 ? `, ${failed} failed again` : ''}
    </Badge>
  );
}

function Redrive({ group: { signature, jobs }, isAll }: { group: ShownGroup; isAll: boolean }) {
  const count = isAll ? jobs : trialSize;
  return (
    <Action
      label={isAll ? `Redrive all ${formatCount(jobs)}` : 'Redrive ten first'}
      title={isAll ? `Enqueue all ${formatCount(jobs)} again?` : 'Try ten of them?'}
      command={`plinth queue redrive --signature ${signature}${isAll ? ' --all' : ''}`}
      run={() => request<{ redriven: number; left: number }>('/queue/dead/redrive', { method: 'POST', body: { signature, all: isAll } })}
      done={({ redriven, left }) =>
        `${plural(redriven, 'job was', 'jobs were')} enqueued again${left > 0 ? `, ${formatCount(left)} are left. When these have worked, take the rest.` : '.'}`
      }
    >
      {isAll
        ? `New jobs take the place of ${formatCount(count)} dead letters, 20 of them due in a second. More than ten are taken only when a trial of the last day worked.`
        : 'The ten oldest are enqueued again as new jobs. What becomes of them shows whether the cause is gone.'}{' '}
      Each is redriven once; the new jobs can be cancelled.
    </Action>
  );
}
