import { defineErrors } from '../../../kernel/index.ts';

const megabytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);

export const conversionErrors = defineErrors('PARTITION', {
  CONVERSION_REFUSED: {
    message: (d: { table: string; reasons: readonly string[] }) =>
      `${d.table} cannot be converted as it is:\n${d.reasons.map((reason) => `- ${reason}`).join('\n')}\nNothing was changed.`,
    httpStatus: 422,
  },
  CONVERSION_UNKNOWN: {
    message: (d: { table: string }) => `No conversion of ${d.table} is under way. Begin one with "plinth partition convert ${d.table}".`,
    httpStatus: 404,
  },
  CONVERSION_DISK: {
    message: (d: { table: string; copiedBytes: number; neededBytes: number; freeBytes: number }) =>
      `${d.table} was not begun to be converted: ${megabytes(d.copiedBytes)} MB would be copied, for which ${megabytes(d.neededBytes)} MB have to be free, and the disk of the server has ${megabytes(d.freeBytes)} MB. Free space, then "plinth partition resume ${d.table}".`,
    httpStatus: 507,
    retryable: true,
    exitCode: 4,
  },
  CONVERSION_STATE: {
    message: (d: { table: string; state: string; wanted: string; remedy: string }) =>
      `The conversion of ${d.table} is ${d.state}, from which it does not become ${d.wanted}. ${d.remedy}`,
    httpStatus: 409,
  },
  CONVERSION_PAUSED: {
    message: (d: { table: string; reason: string }) =>
      `The conversion of ${d.table} is paused: ${d.reason}. Go on with "plinth partition resume ${d.table}".`,
    httpStatus: 409,
  },
  CONVERSION_BUSY: {
    message: (d: { table: string }) => `Another process works on the conversion of ${d.table}. Wait for it, or end it and try again.`,
    httpStatus: 409,
    retryable: true,
    exitCode: 4,
  },
  CONVERSION_BLOCKED: {
    message: (d: { table: string; waitedMs: number; holder: string }) =>
      `No lock on ${d.table} within ${d.waitedMs} ms; in the way: ${d.holder}. Nothing was changed. End it or wait, then run the command again.`,
    httpStatus: 503,
    retryable: true,
    exitCode: 4,
  },
  CONVERSION_MISMATCH: {
    message: (d: { table: string; ranges: readonly string[]; keys: readonly string[] }) =>
      `The two sides of ${d.table} differ in ${d.ranges.join(', ')}; keys: ${d.keys.join(', ')}. These ranges are due to be copied again: run "plinth partition verify ${d.table}".`,
    httpStatus: 409,
  },
  CONVERSION_CLAIMS: {
    message: (d: { table: string; columns: readonly string[]; claims: string; rows: string }) =>
      `${d.claims} values of (${d.columns.join(', ')}) are claimed, but ${d.rows} rows of ${d.table} have one, or others. Run "plinth partition undo ${d.table}" and convert it again.`,
    httpStatus: 409,
  },
  CONVERSION_QUARANTINE: {
    message: (d: { table: string; rows: number; name: string; first: string }) =>
      `${d.rows} row(s) of ${d.table} cannot be copied, first ${d.first}. Correct them, then "plinth migrate backfill resume ${d.name}" and "plinth partition verify ${d.table}".`,
    httpStatus: 409,
  },
  CONVERSION_DIFFERENCE: {
    message: (d: { table: string; differences: readonly string[] }) =>
      `After the swap ${d.table} would not be what it was:\n${d.differences.map((line) => `- ${line}`).join('\n')}\nEverything is as before. Undo the conversion, or remove what differs.`,
    httpStatus: 409,
  },
  CONVERSION_LATE: {
    message: (d: { table: string; end: string }) =>
      `The old rows of ${d.table} were to end at ${d.end}, which is too near or past. Undo the conversion and begin again; nothing was swapped.`,
    httpStatus: 409,
  },
  CONVERSION_OUTSIDE: {
    message: (d: { table: string; what: string }) =>
      `${d.what} of ${d.table} lie outside the planned partitions. Undo the conversion and begin again.`,
    httpStatus: 409,
  },
  NO_PART: {
    message: (d: { table: string; part: string; parts: readonly string[] }) =>
      `${d.part} is no partition of ${d.table}; there are ${d.parts.slice(0, 20).join(', ')}${d.parts.length > 20 ? ', …' : ''}.`,
    httpStatus: 404,
  },
});
