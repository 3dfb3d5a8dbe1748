export type { WorkerCommand, WorkerProcesses } from './processes.ts';
export { openWorker, openWorkerProcesses, type Worker, type WorkOptions, workTimes } from './worker.ts';
