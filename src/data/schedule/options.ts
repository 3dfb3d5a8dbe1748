import { defineOptions, Type } from '../../kernel/index.ts';

/** Nothing to set: schedules say themselves what they want. */
export const scheduleOptions = defineOptions('schedule', Type.Object({}));
