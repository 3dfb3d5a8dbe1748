export { type Enqueue, openEnqueue } from './enqueue.ts';
export { enqueueErrors } from './errors.ts';
