import { request } from '../../api/client.ts';
import { Action } from '../../parts/action.tsx';
import { plural } from '../../parts/format.ts';
import { platformId, type ShownSchedule } from './shown-schedule.ts';

/** Run now, and on or off. */
export function ScheduleActions({ schedule: { name, tenantId, state } }: { schedule: ShownSchedule }) {
  const isOfTenant = tenantId !== platformId;
  const whose = isOfTenant ? ` --tenant ${tenantId}` : '';
  const post = <T,>(word: string) =>
    request<T>(`/schedule/jobs/${encodeURIComponent(name)}/${word}${isOfTenant ? `?tenant=${tenantId}` : ''}`, {
      method: 'POST',
      body: {},
    });
  const isOff = state === 'disabled';
  return (
    <span className="pair">
      <Action
        label="Run now"
        title={`Fire ${name} now?`}
        command={`plinth schedule run ${name}${whose}`}
        run={() => post<readonly { state: string; error?: string }[]>('run')}
        done={(runs) => {
          const skipped = runs.find((run) => run.state === 'skipped');
          return skipped ? `Left out: ${skipped.error}` : `${plural(runs.length, 'job is', 'jobs are')} enqueued.`;
        }}
      >
        Once, beside its timetable, as its overlap allows. The job can be cancelled.
      </Action>
      {state !== 'gone' && (
        <Action
          label={isOff ? 'Turn on' : 'Turn off'}
          title={isOff ? `Turn ${name} on?` : `Turn ${name} off?`}
          command={`plinth schedule ${isOff ? 'enable' : 'disable'} ${name}${whose}`}
          run={() => post<ShownSchedule>(isOff ? 'enable' : 'disable')}
          done={() => (isOff ? `${name} fires again, from now on.` : `${name} rests.`)}
        >
          {isOff
            ? 'It fires again from now on. What passed while it was off is not caught up.'
            : 'It does not fire until somebody turns it on. What passes meanwhile is not caught up.'}
        </Action>
      )}
    </span>
  );
}
