import type { PromiseReport } from '../../../../src/data/queue/index.ts';
import type { Json } from '../../api/json.ts';
import { Badge } from '../../parts/badge.tsx';
import { formatDuration, plural } from '../../parts/format.ts';
import { causes, promiseTones, promiseWords } from './words.ts';

export type Report = Json<Omit<PromiseReport, 'starving'>>;

const hourMs = 3_600_000;
const promiseMs = 4 * hourMs;
const place = (ms: number) => `${Math.min(100, (ms / promiseMs) * 100)}%`;

/** "No job waits for more than four hours": whether it is so, how near the longest wait is to it, and what to do where it is not. */
export function PromiseLine({ report }: { report: Report }) {
  const waits = report.queues.flatMap(({ queue, bands }) => bands.map((band) => ({ queue, ...band })));
  const longest = waits.reduce<(typeof waits)[number] | undefined>(
    (most, one) => (one.jobs > 0 && one.oldestWaitMs > (most?.oldestWaitMs ?? -1) ? one : most),
    undefined,
  );
  const predictedMs = Math.max(0, ...report.queues.map((queue) => queue.predictedWaitMs ?? 0));
  const breaches = report.queues.reduce((sum, queue) => sum + queue.breaches, 0);
  const troubles = troublesOf(report);
  return (
    <section className="promise" data-tone={promiseTones[report.state]} aria-label="The promise">
      <div className="promise-head">
        <h2>No job waits longer than 4 hours</h2>
        <Badge tone={promiseTones[report.state]}>{promiseWords[report.state]}</Badge>
        <p className="soft">
          {longest
            ? `The longest wait now is ${formatDuration(longest.oldestWaitMs)}, in ${longest.queue}, ${longest.band}.`
            : 'Nothing waits.'}{' '}
          {breaches > 0 && `It was broken ${plural(breaches, 'time')} before.`}
        </p>
      </div>
      <div className="promise-track" aria-hidden="true">
        <span className="promise-fill" style={{ width: place(longest?.oldestWaitMs ?? 0) }} />
        {predictedMs > 0 && (
          <span
            className="promise-predicted"
            style={{ left: place(predictedMs) }}
            title={`A job enqueued now would wait ${formatDuration(predictedMs)}`}
          />
        )}
        {[1, 2, 3].map((hours) => (
          <span key={hours} className="promise-mark" style={{ left: place(hours * hourMs) }} />
        ))}
      </div>
      <div className="promise-scale faint" aria-hidden="true">
        <span>now</span>
        <span>1 h</span>
        <span>2 h at risk</span>
        <span>3 h oldest first</span>
        <span>4 h</span>
      </div>
      {troubles.length > 0 && (
        <ul className="findings">
          {troubles.map(({ queue, bands, state, cause, jobs, oldestWaitMs }) => (
            <li key={`${queue} ${state} ${cause}`}>
              <Badge tone={promiseTones[state]}>{promiseWords[state]}</Badge>
              <strong>
                {queue}, {bands.join(', ')}
              </strong>
              {jobs > 0 && `${plural(jobs, 'job')} ready, the oldest for ${formatDuration(oldestWaitMs)}`}
              {cause && (
                <span className="soft">
                  {causes[cause].why}: {causes[cause].remedy}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Where it is not held, and why: bands of a queue with the same trouble together. */
function troublesOf({ queues }: Report) {
  return queues.flatMap(({ queue, bands }) => {
    const alike = Map.groupBy(
      bands.filter(({ state }) => state !== 'held'),
      ({ state, cause }) => `${state} ${cause}`,
    );
    return [...alike.values()].flatMap((same) => {
      const [first] = same;
      if (!first) return [];
      const jobs = same.reduce((sum, band) => sum + band.jobs, 0);
      const oldestWaitMs = Math.max(...same.map((band) => band.oldestWaitMs));
      return { queue, bands: same.map(({ band }) => band), state: first.state, cause: first.cause, jobs, oldestWaitMs };
    });
  });
}
