import { defineErrors } from '../../../kernel/index.ts';
import { minutesKeptHours } from './model/minute.ts';

export const meteringErrors = defineErrors('TENANCY', {
  BAD_MINUTE: {
    httpStatus: 400,
    exitCode: 2,
    message: (d: { minute: string }) =>
      `${JSON.stringify(d.minute)} is no minute; give one like 2026-11-21T09:31 or 09:31 (in UTC), or "last".`,
  },
  MINUTE_NOT_KEPT: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { minute: Date }) =>
      `Nothing is known of the minute ${d.minute.toISOString()}: minutes are kept for ${minutesKeptHours} hours. By the hour: plinth tenancy usage <tenant>`,
  },
});
