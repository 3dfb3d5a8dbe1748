import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { calendarQuery, schedulesQuery } from '../../api/job-queries.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { useTenants } from '../../parts/tenant-choice.tsx';
import { Time } from '../../parts/time.tsx';
import { Calendar } from './calendar.tsx';
import { ScheduleActions } from './schedule-actions.tsx';
import { ScheduleDetail } from './schedule-detail.tsx';
import { platformId, type ShownSchedule } from './shown-schedule.ts';

const route = getRouteApi('/shell/jobs');
const tones: Readonly<Record<ShownSchedule['state'], Tone>> = {
  ...{ ok: 'good', missed: 'bad', overrunning: 'warn', failing: 'bad', done: 'plain', disabled: 'plain', gone: 'plain' },
};
const meanings: Readonly<Record<ShownSchedule['state'], string>> = {
  ok: 'it fires as planned',
  missed: 'a time has passed for more than twice its period, and nothing fired it',
  overrunning: 'a job has not ended when the next is due',
  failing: 'the last job that ended failed',
  done: 'nothing will come any more',
  disabled: 'somebody turned it off',
  gone: 'no manifest declares it any more',
};

/** Timetables: the days that come with what was missed, and each schedule with what can be done to it. */
export function Schedules() {
  const schedules = useQuery(schedulesQuery);
  const calendar = useQuery(calendarQuery);
  return (
    <Answer query={schedules} lines={6}>
      {(list) =>
        list.length === 0 ? (
          <section className="panel">
            <Empty title="Nothing is scheduled">
              A manifest declares <code>{"schedules: [{ name: 'digest', cron: '30 7 * * MON-FRI', job: 'mail.digest' }]"}</code>, or your
              code calls <code>schedule.every</code>.
            </Empty>
          </section>
        ) : (
          <>
            <Answer query={calendar} lines={4}>
              {(data) => <Calendar calendar={data} />}
            </Answer>
            <List schedules={list} />
          </>
        )
      }
    </Answer>
  );
}

function List({ schedules }: { schedules: readonly ShownSchedule[] }) {
  const { schedule } = route.useSearch();
  const slugs = new Map(useTenants().map(({ id, slug }) => [id, slug]));
  const chosen = schedules.find(({ id }) => id === schedule);
  return (
    <>
      {chosen && <ScheduleDetail key={chosen.id} schedule={chosen} />}
      <Panel title="Schedules" note="By name; the name opens what comes and what was">
        <PlainTable
          label="Schedules"
          heads={['Schedule', 'State', 'Timetable', 'Does', 'Next', 'Last', { text: 'Actions', align: 'end', isHidden: true }]}
        >
          {schedules.map((one) => (
            <tr key={one.id}>
              <td>
                <Link to="." search={((old: object) => ({ ...old, schedule: one.id === schedule ? undefined : one.id })) as never}>
                  {one.name}
                </Link>
                {one.tenantId !== platformId && <span className="faint"> {slugs.get(one.tenantId) ?? one.tenantId}</span>}
              </td>
              <td>
                <span title={meanings[one.state]}>
                  <Badge tone={tones[one.state]}>{one.state}</Badge>
                </span>
              </td>
              <td>
                <code>{one.cron}</code> <span className="faint">{one.zone}</span>
              </td>
              <td className="mono">
                {one.job ?? `SQL in ${one.tier}`}
                {one.isEach && <span className="faint"> for each tenant</span>}
              </td>
              <td>
                {one.nextRun && one.state !== 'disabled' && one.state !== 'gone' ? (
                  <Time value={one.nextRun} as="ago" />
                ) : (
                  <span className="faint">–</span>
                )}
              </td>
              <td>
                <Time value={one.lastRun} as="ago" />
              </td>
              <td data-align="end">
                <ScheduleActions schedule={one} />
              </td>
            </tr>
          ))}
        </PlainTable>
      </Panel>
    </>
  );
}
