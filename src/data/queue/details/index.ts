export { checkDetails } from './check-details.ts';
export { keepDetails, readDetails } from './details.ts';
export type * from './types.ts';
