export { AdmissionControl } from './admission.ts';
export { Counting, type WorkerFacts } from './counters.ts';
export { promiseErrors } from './errors.ts';
export { Figures } from './figures.ts';
export type { Outcome } from './model/counted.ts';
export type * from './types.ts';
