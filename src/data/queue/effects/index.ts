export { type EffectOwner, externalOf } from './external.ts';
export type * from './types.ts';
