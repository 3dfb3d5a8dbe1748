export { scheduleErrors } from './errors.ts';
export type * from './model/types.ts';
export { openSchedule, type ScheduleDeps } from './schedule.ts';
