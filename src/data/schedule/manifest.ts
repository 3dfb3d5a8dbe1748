import type { Connect } from '../../foundation/connect/index.ts';
import type { Manifest, Service } from '../../kernel/index.ts';
import type { Queue } from '../queue/index.ts';
import type { Schedule } from './model/types.ts';
import { scheduleOptions } from './options.ts';
import { scheduleCommands } from './surface/commands.ts';
import { scheduleRoutes } from './surface/routes.ts';

/** The facade with the services that belong to it; others see it as Schedule. */
type OpenedSchedule = Schedule & { readonly services: readonly Service[] };

export const manifest: Manifest = {
  name: 'schedule',
  layer: 'data',
  requires: ['connect', 'migrate', 'partition', 'tenancy', 'queue'],
  tiers: ['queue'],
  options: scheduleOptions,
  accepted: [
    { object: 'schedule.scheduled_jobs', finding: 'unique index', reason: 'ids are made by the platform; the application inserts none' },
    {
      object: 'schedule.schedule_runs',
      finding: 'foreign key',
      reason: 'a schedule of the platform has runs of each tenant; the application inserts none',
    },
  ],
  migrations: { name: 'schedule', dir: `${import.meta.dirname}/sql`, layout: 'capability' },
  commands: scheduleCommands,
  routes: scheduleRoutes,
  async open({ clock, log, events, manifests, use }): Promise<OpenedSchedule> {
    const [{ openSchedule }, { scheduling }] = await Promise.all([import('./schedule.ts'), import('./services/scheduling.ts')]);
    const declared = manifests.flatMap(({ name, schedules = [] }) => schedules.map((one) => ({ ...one, by: name })));
    const deps = { connect: use<Connect>('connect'), queue: use<Queue>('queue'), clock, log, events, declared };
    const schedule = openSchedule(deps);
    return { ...schedule, services: [scheduling(deps, schedule.list)] };
  },
  services: (opened: OpenedSchedule) => opened.services,
};
