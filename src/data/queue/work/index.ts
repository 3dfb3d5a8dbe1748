export { openWorker, type Worker, type WorkOptions, workTimes } from './worker.ts';
