export { counter } from './counter.ts';
export type { FlowDrawing } from './draw.ts';
export { flowErrors } from './errors.ts';
export { openFlows } from './flows.ts';
export { type Follow, placeOf } from './looking.ts';
export { flowOfJob } from './of-job.ts';
export type * from './types.ts';
