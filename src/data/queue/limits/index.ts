export { areSaid, limitsOf } from './limits-of.ts';
export { refill } from './refill.ts';
export { type Limited, takeUnits } from './take-units.ts';
export type * from './types.ts';
