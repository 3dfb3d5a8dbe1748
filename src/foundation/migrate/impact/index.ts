export type { Needs } from './model/risk.ts';
export { openImpact } from './open-impact.ts';
export { evidenceOf, lintOf, reportOn } from './report.ts';
export type * from './types.ts';
