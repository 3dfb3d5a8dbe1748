export { openWorker, type WorkCounts, type WorkDeps, type Worker, type WorkOptions, workTimes } from './worker.ts';
