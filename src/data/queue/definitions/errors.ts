import { defineErrors } from '../../../kernel/index.ts';

const list = (names: readonly string[]) => names.slice(0, 12).join(', ') + (names.length > 12 ? ', …' : '') || 'none';

export const definitionErrors = defineErrors('QUEUE', {
  DEFINED_TWICE: {
    message: (d: { name: string }) => `The job type ${d.name} is defined twice in this process. Give one of them another name.`,
  },
  INVALID_DEFINITION: {
    message: (d: { name: string; problem: string }) => `The job type ${d.name} cannot be defined: ${d.problem}.`,
  },
  INVALID_QUEUE: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { name: string; problem: string }) => `The queue ${d.name} cannot be declared: ${d.problem}.`,
  },
  UNKNOWN_QUEUE: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { name: string; jobType?: string; known: readonly string[] }) =>
      `There is no queue ${d.name}${d.jobType === undefined ? '' : ` for the job type ${d.jobType}`}; there are: ${list(d.known)}. ` +
      `Declare it with queue.declare({ name: ${JSON.stringify(d.name)} }), or in a migration with queue.declare_queue.`,
  },
  UNKNOWN_JOB_TYPE: {
    httpStatus: 404,
    exitCode: 4,
    message: (d: { name: string; known: readonly string[] }) =>
      `No process has ever defined the job type ${d.name}; known are: ${list(d.known)}. Define it with queue.define({ name: ${JSON.stringify(d.name)}, … }).`,
  },
});
