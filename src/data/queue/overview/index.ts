export { openOverview } from './overview.ts';
export type * from './types.ts';
