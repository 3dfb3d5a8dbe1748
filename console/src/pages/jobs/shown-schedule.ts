import type { ScheduledJob } from '../../../../src/data/schedule/index.ts';
import type { Json } from '../../api/json.ts';

export type ShownSchedule = Json<Omit<ScheduledJob, 'payload'>>;

/** Whose the schedules of the platform itself are. */
export const platformId = '00000000-0000-0000-0000-000000000000';
