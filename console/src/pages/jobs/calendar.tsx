import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { Calendar as Days } from '../../../../src/data/schedule/index.ts';
import type { Json } from '../../api/json.ts';
import { formatDuration, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/page.tsx';
import './calendar.css';

type Shown = Json<Days>;
type Entry = Shown['schedules'][number];

const route = getRouteApi('/shell/jobs');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekday = new Intl.DateTimeFormat(navigator.language, { weekday: 'short', day: 'numeric' });
const quarter = new Intl.DateTimeFormat(navigator.language, { weekday: 'short', hour: 'numeric' });
const clock = new Intl.DateTimeFormat(navigator.language, { timeStyle: 'short' });

/**
 * Yesterday and the seven days that come, or the 24 hours before and after now, in the viewer's zone: a line per schedule, a mark per time,
 * what was missed among them.
 */
export function Calendar({ calendar }: { calendar: Shown }) {
  const { range } = route.useSearch();
  const isNear = range === 'day';
  const now = Date.parse(calendar.read);
  const days = isNear ? partsOfDays(now - dayMs, now + dayMs) : daysOf(now - dayMs, Date.parse(calendar.until));
  const missed = calendar.schedules.flatMap(({ past }) => past).filter(({ state }) => state === 'missed' || state === 'failed');
  return (
    <Panel
      title="Calendar"
      note="In your zone"
      aside={
        <>
          <RangeChoice isNear={isNear} />
          <ul className="legend calendar-legend">
            {(['completed', 'failed', 'missed', 'skipped', 'upcoming'] as const).map((kind) => (
              <li key={kind}>
                <span className="calendar-mark" data-kind={kind} aria-hidden="true" /> {kind === 'upcoming' ? 'to come' : kind}
              </li>
            ))}
          </ul>
        </>
      }
    >
      <p className="calendar-verdict soft">
        {missed.length === 0
          ? 'Nothing was missed or failed in the last 24 hours.'
          : `In the last 24 hours ${plural(
              missed.reduce((sum, { runs }) => sum + runs, 0),
              'time was',
              'times were',
            )} missed or failed.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      <section className="table-region" aria-label="Calendar" tabIndex={0}>
        <table className="table table-plain calendar">
          <thead>
            <tr>
              <th scope="col">Schedule</th>
              {days.map(({ from, until }) => (
                <th key={from} scope="col" aria-current={from <= now && now < until ? 'date' : undefined}>
                  {isNear ? quarter.format(from) : weekday.format(from)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {calendar.schedules.map((entry) => (
              <tr key={`${entry.tenantId} ${entry.name}`} data-resting={entry.state === 'disabled' || entry.state === 'gone'}>
                <th scope="row">
                  {entry.name}
                  {entry.periodMs !== undefined && <span className="faint"> every {formatDuration(entry.periodMs)}</span>}
                </th>
                {days.map((day) => (
                  <Day key={day.from} entry={entry} day={day} now={now} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="faint calendar-verdict">
        What became of single times stands with each schedule below; its jobs are under{' '}
        <Link to="/jobs" search={{ view: 'list' }}>
          all jobs
        </Link>
        .
      </p>
    </Panel>
  );
}

function RangeChoice({ isNear }: { isNear: boolean }) {
  const navigate = useNavigate();
  const choice = (text: string, range: string | undefined, isChosen: boolean) => (
    <button
      type="button"
      className="button button-small"
      aria-pressed={isChosen}
      onClick={() => void navigate({ to: '.', search: ((old: object) => ({ ...old, range })) as never, replace: true })}
    >
      {text}
    </button>
  );
  return (
    <span className="calendar-range">
      {choice('8 days', undefined, !isNear)}
      {choice('24 hours', 'day', isNear)}
    </span>
  );
}

interface DayRange {
  readonly from: number;
  readonly until: number;
}

/** Days of the viewer's zone, which are not all of 24 hours. */
function daysOf(fromMs: number, untilMs: number): readonly DayRange[] {
  const days: DayRange[] = [];
  const day = new Date(fromMs);
  day.setHours(0, 0, 0, 0);
  while (day.getTime() < untilMs) {
    const from = day.getTime();
    day.setDate(day.getDate() + 1);
    days.push({ from, until: day.getTime() });
  }
  return days;
}

const partMs = 6 * hourMs;

/** Quarters of days: the wall of the viewer's zone is read at their beginnings. */
function partsOfDays(fromMs: number, untilMs: number): readonly DayRange[] {
  const first = new Date(fromMs);
  first.setHours(Math.floor(first.getHours() / 6) * 6, 0, 0, 0);
  const count = Math.ceil((untilMs - first.getTime()) / partMs);
  return Array.from({ length: count }, (_, i) => ({ from: first.getTime() + i * partMs, until: first.getTime() + (i + 1) * partMs }));
}

function Day({ entry, day: { from, until }, now }: { entry: Entry; day: DayRange; now: number }) {
  const place = (ms: number) => `${((ms - from) / (until - from)) * 100}%`;
  const upcoming = entry.upcoming.map((text) => Date.parse(text)).filter((at) => at >= from && at < until);
  // Of what fires often a band says as much as its marks would.
  const isBand = entry.periodMs !== undefined && until > now;
  const past = entry.past.filter(({ hour }) => Date.parse(hour) >= from && Date.parse(hour) < until);
  const words = [
    ...past.map(
      ({ hour, state, runs, error }) =>
        `${clock.format(Date.parse(hour))}: ${runs > 1 ? `${runs} ` : ''}${state}${error ? `, ${error}` : ''}`,
    ),
    ...(isBand ? [`every ${formatDuration(entry.periodMs)}`] : upcoming.map((at) => `${clock.format(at)}: to come`)),
  ];
  return (
    <td title={words.join('\n')}>
      <span className="calendar-day" aria-hidden="true">
        {past.map(({ hour, state }) => (
          <span key={`${hour} ${state}`} className="calendar-mark" data-kind={state} style={{ left: place(Date.parse(hour)) }} />
        ))}
        {isBand ? (
          <span className="calendar-band" style={{ left: place(Math.max(now, from)) }} />
        ) : (
          upcoming.map((at) => <span key={at} className="calendar-mark" data-kind="upcoming" style={{ left: place(at) }} />)
        )}
        {from <= now && now < until && <span className="calendar-now" style={{ left: place(now) }} />}
      </span>
      <span className="hidden">{words.join('; ') || 'nothing'}</span>
    </td>
  );
}
