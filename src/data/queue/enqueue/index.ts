export { type Enqueue, type Intake, openEnqueue } from './enqueue.ts';
export { enqueueErrors } from './errors.ts';
export { type NewJob, newJobId } from './new-job.ts';
export { isFresh, toEnqueueError, writeFresh } from './write-jobs.ts';
