export { driftScan } from './drift-scan.ts';
export { divide } from './model/attribute.ts';
export { openDrift } from './open-drift.ts';
export type * from './types.ts';
