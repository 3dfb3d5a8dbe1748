import { defineErrors } from '../../kernel/index.ts';

export const scheduleErrors = defineErrors('SCHEDULE', {
  BAD_CRON: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { cron: string; field: string; value: string; allowed: string; example: string }) =>
      `"${d.cron}" is no timetable: ${d.field} is "${d.value}", but must be ${d.allowed}. Valid is, for example: ${d.example}`,
  },
  NEVER: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { cron: string; example: string }) => `"${d.cron}" never comes again. A time that does is, for example: ${d.example}`,
  },
  UNKNOWN_ZONE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { zone: string; similar: readonly string[] }) =>
      `There is no time zone "${d.zone}". Give a name of the IANA database${d.similar.length ? `: ${d.similar.join(', ')}` : ', e.g. Europe/Berlin or UTC'}.`,
  },
  UNKNOWN_JOB_TYPE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { name: string; job: string; known: readonly string[] }) =>
      `Schedule ${d.name} is to enqueue ${d.job}, which no process has defined (${d.known.join(', ') || 'there are none'}). Define it, or correct the name.`,
  },
  INVALID: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { name: string; what: string; value: unknown; allowed: string }) =>
      `Schedule ${d.name}: ${d.what} is ${JSON.stringify(d.value) ?? 'missing'}, but must be ${d.allowed}.`,
  },
  UNKNOWN_SCHEDULE: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { name: string }) => `There is no schedule ${d.name}. See what there is with: plinth schedule list`,
  },
  NO_RUN: {
    message: (d: { jobId: string }) =>
      `Job ${d.jobId} is of type schedule.sql, but no schedule has made it: nothing was run. Make a schedule with sql instead.`,
  },
  DECLARED: {
    httpStatus: 409,
    exitCode: 2,
    message: (d: { name: string; by: string }) =>
      `Schedule ${d.name} is declared by ${d.by}. Change it there, give yours another name, or stop it with: plinth schedule disable ${d.name}`,
  },
});
