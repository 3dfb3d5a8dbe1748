import { defineErrors } from '../../../kernel/index.ts';

export const moveErrors = defineErrors('MIGRATE', {
  MOVE_REFUSED: {
    exitCode: 2,
    message: (d: { from: string; to: string; reason: string; remedy: string }) =>
      `${d.from} cannot be moved to ${d.to}: ${d.reason}. ${d.remedy}.`,
  },
  MOVE_DIFFERS: {
    exitCode: 2,
    message: (d: { name: string }) => `There is a move ${d.name} already, of other tables or columns. Give the new one a name of its own.`,
  },
  MOVE_UNKNOWN: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { name: string }) => `There is no move ${d.name}. "plinth migrate move list" shows them.`,
  },
  MOVE_NO_SOURCE: {
    exitCode: 2,
    message: (d: { name: string }) =>
      `The source of ${d.name} is on a server that is none of the platform's. Only a program can move it: it gives the connection with each call ("source").`,
  },
  MOVE_BUSY: {
    exitCode: 4,
    retryable: true,
    message: (d: { name: string }) =>
      `Another process works on a move into that database. Wait for it, or end it, then try ${d.name} again.`,
  },
  MOVE_BLOCKED: {
    exitCode: 4,
    retryable: true,
    message: (d: { table: string; waitedMs: number }) =>
      `${d.table} was not free for a moment within ${Math.round(d.waitedMs / 1000)} s; nothing was changed. End the long transactions that use it, then try again.`,
  },
  MOVE_UNFINISHED: {
    exitCode: 4,
    message: (d: { name: string; reason: string; next: string }) =>
      `${d.name} is not ready: ${d.reason}. Next: "plinth migrate move ${d.next} ${d.name}".`,
  },
  MOVE_TOO_SLOW: {
    exitCode: 4,
    retryable: true,
    message: (d: { name: string; tookMs: number; limitMs: number }) =>
      `The switch of ${d.name} took ${d.tookMs} ms and may take ${d.limitMs}; writers go on at the old side, nothing is lost. Choose a quieter moment and try again.`,
  },
});
