export type * from './model/types.ts';
export { openChecks } from './open-checks.ts';
