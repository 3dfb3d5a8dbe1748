export { type Enqueue, type Intake, openEnqueue } from './enqueue.ts';
export { enqueueErrors } from './errors.ts';
export { type NewJob, newJobId } from './new-job.ts';
export { toEnqueueError } from './write-jobs.ts';
