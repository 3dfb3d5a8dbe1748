import type { ShownJob } from '../../api/job-queries.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatCount, formatDuration, plural } from '../../parts/format.ts';
import { Identifier } from '../../parts/identifier.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { StateBadge } from './state-badge.tsx';
import { deedOf } from './words.ts';

interface FailureShape {
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly signature?: string;
}

/** Each run, with its error where it had one. */
export function Attempts({ job }: { job: ShownJob }) {
  return (
    <Panel title="Attempts" note={plural(job.attempts.length, 'run')}>
      {job.attempts.length === 0 ? (
        <Empty title={job.running ? 'The first run goes on' : 'It has not run yet'} />
      ) : (
        <PlainTable label="Attempts" heads={['Run', 'Ended as', 'Started', { text: 'Ran', align: 'end' }, 'Worker', 'Error']}>
          {job.attempts.map((attempt) => (
            <tr key={attempt.attempt}>
              <td>{attempt.attempt}</td>
              <td>
                <StateBadge state={attempt.status} />
              </td>
              <td>
                <Time value={attempt.started} />
              </td>
              <td data-align="end">{formatDuration(attempt.durationMs)}</td>
              <td>
                <Identifier value={attempt.workerId} />
              </td>
              <td className="wrap">
                <Failure error={attempt.error as FailureShape | null} />
              </td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Panel>
  );
}

function Failure({ error }: { error: FailureShape | null }) {
  if (!error) return <span className="faint">none</span>;
  const text = [error.name, error.message].filter(Boolean).join(': ');
  if (!error.stack) return text;
  return (
    <details>
      <summary>{text}</summary>
      <pre className="job-json">{error.stack}</pre>
    </details>
  );
}

export function Log({ job }: { job: ShownJob }) {
  return (
    <Panel title="Log" note="What the handler wrote with job.log">
      {job.log.length === 0 ? (
        <Empty title="No lines" />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        <section className="job-log" aria-label="Log" tabIndex={0}>
          <ol>
            {job.log.map((line, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines stay where they are
              <li key={i} data-level={line.level}>
                <span className="faint">
                  <Time value={line.logged} as="clock" /> run {line.attempt}
                </span>
                <span className="job-log-level">{line.level}</span>
                <span>
                  {line.message} {line.fields !== null && <span className="faint">{JSON.stringify(line.fields)}</span>}
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </Panel>
  );
}

/** What it did in the outside world; nothing where it did nothing there. */
export function Effects({ job }: { job: ShownJob }) {
  if (job.effects.length === 0) return null;
  return (
    <Panel title="Effects outside" note="Each at most once that is known of: intent before, answer after">
      <PlainTable label="Effects outside" heads={['Effect', 'State', 'Begun', 'Run', 'Answer']}>
        {job.effects.map((effect) => (
          <tr key={effect.name}>
            <td className="mono">{effect.name}</td>
            <td>
              {effect.answered ? (
                <Badge tone="good">answered</Badge>
              ) : (
                <Badge tone="warn">{job.running ? 'under way' : 'nobody knows'}</Badge>
              )}
            </td>
            <td>
              <Time value={effect.intended} />
            </td>
            <td>{effect.attempt}</td>
            <td className="wrap mono">{effect.answered ? JSON.stringify(effect.answer) : '–'}</td>
          </tr>
        ))}
      </PlainTable>
    </Panel>
  );
}

/** The row that its handler keeps beside it, column by column; nothing where it keeps none. */
export function Details({ job: { details } }: { job: ShownJob }) {
  if (!details) return null;
  return (
    <Panel title="Details" note={<code>{details.table}</code>}>
      <dl className="job-facts">
        {Object.entries(details.row).map(([column, value]) => (
          <div key={column}>
            <dt>{column.replaceAll('_', ' ')}</dt>
            <dd>
              <Value of={value} />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

function Value({ of: value }: { of: unknown }) {
  if (value === null) return <span className="faint">–</span>;
  if (typeof value === 'number') return formatCount(value);
  if (typeof value === 'string') return isMoment.test(value) ? <Time value={value} /> : value;
  return <code>{JSON.stringify(value)}</code>;
}

/** What people did to it. */
export function Actions({ job }: { job: ShownJob }) {
  if (job.actions.length === 0) return null;
  return (
    <Panel title="By hand">
      <PlainTable label="By hand" heads={['When', 'What', 'By']}>
        {job.actions.map((action) => (
          <tr key={`${action.at} ${action.action}`}>
            <td>
              <Time value={action.at} />
            </td>
            <td>{deedOf(action.action)}</td>
            <td>{action.by}</td>
          </tr>
        ))}
      </PlainTable>
    </Panel>
  );
}
