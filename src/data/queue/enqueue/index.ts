export { type Admit, type Enqueue, type EnqueueDeps, openEnqueue } from './enqueue.ts';
export { enqueueErrors } from './errors.ts';
