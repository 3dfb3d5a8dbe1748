import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { previewQuery, scheduleRunsQuery } from '../../api/job-queries.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Panel } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { platformId, type ShownSchedule } from './shown-schedule.ts';

const overlaps: Readonly<Record<string, string>> = {
  skip: 'left out while the job before has not ended',
  queue: 'waits for the job before',
  allow: 'beside the job before',
};
const catchUps: Readonly<Record<string, string>> = {
  none: 'what was missed is left out',
  one: 'of what was missed the last is made up for',
  all: 'all that was missed is made up for',
};
const tones: Readonly<Record<string, Tone>> = { completed: 'good', failed: 'bad', missed: 'bad', skipped: 'warn' };

/** The next times of a schedule in the viewer's zone and on the wall of its own, and what became of the last ones. */
export function ScheduleDetail({ schedule: { name, tenantId, zone, catchUp, overlap } }: { schedule: ShownSchedule }) {
  const tenant = tenantId === platformId ? undefined : tenantId;
  const preview = useQuery(previewQuery(name, tenant));
  const runs = useQuery(scheduleRunsQuery(name, tenant));
  return (
    <div className="columns">
      <Panel
        title={`${name}: what comes`}
        note={`${overlaps[overlap]}; ${catchUps[catchUp]}`}
        aside={
          <Link to="." search={((old: object) => ({ ...old, schedule: undefined })) as never} className="button button-small">
            Close
          </Link>
        }
      >
        <Answer query={preview} lines={4}>
          {(times) => (
            <PlainTable label="Next times" heads={['Here', `On the wall in ${zone}`]}>
              {times.map(({ at, wall }) => (
                <tr key={at}>
                  <td>
                    <Time value={at} />
                  </td>
                  <td className="mono">{wall.replace('T', ' ')}</td>
                </tr>
              ))}
            </PlainTable>
          )}
        </Answer>
      </Panel>
      <Panel title={`${name}: what was`} note="Latest first">
        <Answer query={runs} lines={4}>
          {(list) =>
            list.length === 0 ? (
              <Empty title="It has not fired yet">“Run now” fires it beside its timetable.</Empty>
            ) : (
              <PlainTable label="Past times" heads={['Planned', 'Became', 'Job', 'Reason']}>
                {list.map((run) => (
                  <tr key={`${run.planned} ${run.tenantId}`}>
                    <td>
                      <Time value={run.planned} />
                      {run.isManual && <span className="faint"> by hand</span>}
                    </td>
                    <td>
                      <Badge tone={tones[run.state] ?? 'plain'}>{run.state}</Badge>
                    </td>
                    <td>
                      {run.jobId === undefined ? (
                        <span className="faint">none</span>
                      ) : (
                        <Link
                          to="/jobs/$id"
                          params={{ id: run.jobId }}
                          search={run.tenantId === platformId ? {} : { tenant: run.tenantId }}
                        >
                          open
                        </Link>
                      )}
                    </td>
                    <td className="soft wrap">{run.error}</td>
                  </tr>
                ))}
              </PlainTable>
            )
          }
        </Answer>
      </Panel>
    </div>
  );
}
