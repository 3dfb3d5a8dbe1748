export { type ConversionDeps, openConversions } from './conversions.ts';
export type { ConversionRoute, ConversionState } from './model/states.ts';
export type * from './types.ts';
