import { Link } from '@tanstack/react-router';
import { formatCompact, formatDuration } from '../../parts/format.ts';
import { Icon } from '../../parts/icon.tsx';
import { Empty } from '../../parts/states.tsx';
import type { Report } from './promise-line.tsx';
import { promiseWords } from './words.ts';

type Band = Report['queues'][number]['bands'][number];

// How near the wait is to its target, in steps that can be told apart.
function heatOf({ jobs, oldestWaitMs, targetMs, state }: Band): 'none' | 'calm' | 'warm' | 'hot' | 'late' {
  if (state === 'broken') return 'late';
  if (jobs === 0) return state === 'held' ? 'none' : 'hot';
  const ratio = oldestWaitMs / targetMs;
  if (ratio > 1) return 'late';
  if (state === 'at_risk' || ratio > 0.8) return 'hot';
  return ratio > 0.5 ? 'warm' : 'calm';
}

/** Queues by bands: the longest wait, with its target and how many wait. */
export function Heat({ report }: { report: Report }) {
  const first = report.queues[0];
  if (!first) return <Empty title="No queue is declared">Define a kind of job in your product; its queue is made with it.</Empty>;
  const isQuiet = ({ sampled, isPaused, bands }: Report['queues'][number]) =>
    sampled !== undefined && !isPaused && bands.every(({ jobs, state }) => jobs === 0 && state === 'held');
  const quiet = report.queues.filter(isQuiet).map(({ queue }) => queue);
  if (quiet.length === report.queues.length) return <Empty title="Nothing waits">Each job that was due has been claimed.</Empty>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className="table-region" aria-label="Waits against target" tabIndex={0}>
      <table className="table table-plain heat">
        <thead>
          <tr>
            <th scope="col">Queue</th>
            {first.bands.map(({ band }) => (
              <th key={band} scope="col">
                {band}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.queues
            .filter((queue) => !isQuiet(queue))
            .map((queue) => (
              <tr key={queue.queue}>
                <th scope="row">
                  <Link to="/jobs" search={{ view: 'list', queue: queue.queue }}>
                    {queue.queue}
                  </Link>
                  {queue.isPaused && <span className="faint"> paused</span>}
                </th>
                {queue.bands.map((band) => (
                  <Cell key={band.band} band={band} isKnown={queue.sampled !== undefined} />
                ))}
              </tr>
            ))}
          {quiet.length > 0 && (
            <tr>
              <td colSpan={first.bands.length + 1} className="faint wrap">
                Nothing waits in {quiet.join(', ')}.
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ band, isKnown }: { band: Band; isKnown: boolean }) {
  const heat = isKnown ? heatOf(band) : 'none';
  const target = `target ${formatDuration(band.targetMs)}`;
  return (
    <td data-heat={heat} title={`${target}, weight ${band.weightInForce}; the promise is ${promiseWords[band.state]}`}>
      {!isKnown ? (
        <span className="faint">–</span>
      ) : band.jobs === 0 ? (
        <span className="faint">
          <span aria-hidden="true">·</span>
          <span className="hidden">nothing waits</span>
        </span>
      ) : (
        <span className="heat-wait">
          <strong>
            {(heat === 'hot' || heat === 'late') && <Icon name="warning" />} {formatDuration(band.oldestWaitMs)}
          </strong>
          <span>
            {formatCompact(band.jobs)} · of {formatDuration(band.targetMs)}
          </span>
        </span>
      )}
    </td>
  );
}
