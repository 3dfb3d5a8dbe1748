export type { Footprint } from './model/footprint.ts';
export type { LockMode } from './model/locks.ts';
