export type { JobCounts, JobDetails, JobPage, JobSummary, QueueStatus, TypeInfo, WorkerInfo } from './control/index.ts';
export type { DeadLetter, LetterPage } from './dead/index.ts';
export { definitionErrors } from './definitions/index.ts';
export type { DetailsRow, KeptDetails } from './details/index.ts';
export type { EffectVerdict, External, ExternalOptions } from './effects/index.ts';
export { enqueueErrors } from './enqueue/index.ts';
export { queueErrors } from './errors.ts';
export type {
  BatchDetails,
  BatchInfo,
  BatchRequest,
  BatchState,
  FlowDrawing,
  FlowRequest,
  Flows,
  JobFlow,
  Made,
  Member,
  MemberInfo,
  ParentOutcome,
  Step,
  StepInfo,
} from './flows/index.ts';
export { type Band, bandBases, bands, defaultWeights } from './model/bands.ts';
export type * from './model/types.ts';
export { type QueueOptions, queueOptions } from './options.ts';
export type { DeadGroup, Effect, Flow, Percentiles, Place, QueueFlow, Tenants, WaitingLane } from './overview/index.ts';
export type {
  AlertEntry,
  AlertRuleEntry,
  Cause,
  PoolEntry,
  PromiseReport,
  PromiseState,
  QueueHealth,
  WorkerEntry,
} from './promise/index.ts';
export { type OpenedQueue, openQueue, type QueueDeps } from './queue.ts';
export { type Lead, type LeadDeps, type LeadSpec, type LedLoop, lead, type Upkeep, type Verification } from './upkeep/index.ts';
