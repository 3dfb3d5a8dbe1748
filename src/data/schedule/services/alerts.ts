import type { EventBus } from '../../../kernel/index.ts';
import type { ScheduledJob, ScheduleState } from '../model/types.ts';

/** An occurrence that was dealt with late, since nobody was at work when it was due. */
export interface Missed {
  readonly name: string;
  readonly planned: Date;
  readonly lateMs: number;
}

export interface ScheduleAlerts {
  /** How schedules stand; of each, what is wrong is told when it begins. */
  stand(schedules: readonly Pick<ScheduledJob, 'id' | 'name' | 'state'>[]): void;
  missed(late: readonly Missed[]): void;
}

const problems: Partial<Record<ScheduleState, { readonly title: string; readonly message: string }>> = {
  missed: { title: 'was missed', message: 'It is due for more than twice its period, and nobody fires it.' },
  overrunning: { title: 'overruns', message: 'A job of it has not ended when the next one is due.' },
  failing: { title: 'is failing', message: 'Its last job did.' },
};
const mostNames = 5;

/** What people are told of schedules, by the process that leads. What lasts is told again by the next one. */
export function scheduleAlerts(events: EventBus): ScheduleAlerts {
  const told = new Map<string, ScheduleState>();
  return {
    stand(schedules) {
      for (const { id, name, state } of schedules) {
        const problem = told.get(id) === state ? undefined : problems[state];
        told.set(id, state);
        if (!problem) continue;
        events.emit('notified', {
          title: `schedule ${name} ${problem.title}`,
          message: `${problem.message} "plinth schedule history ${name}" has its runs.`,
          severity: 'warning',
          category: 'schedule',
          data: { schedule: name, state },
        });
      }
    },
    missed(late) {
      if (late.length === 0) return;
      const names = late.slice(0, mostNames).map(({ name, planned }) => `${name} (${planned.toISOString()})`);
      const others = late.length > mostNames ? ` and ${late.length - mostNames} more` : '';
      events.emit('notified', {
        title: late.length === 1 ? `schedule ${late[0]?.name} was missed` : `${late.length} schedules were missed`,
        message: `No scheduler was at work when they were due: ${names.join(', ')}${others}. Each is caught up as it says.`,
        severity: 'warning',
        category: 'schedule',
        data: { schedules: late.slice(0, 100).map(({ name, lateMs }) => ({ name, lateMs })) },
      });
    },
  };
}
