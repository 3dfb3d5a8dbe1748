export { openAccess } from './access.ts';
export { accessErrors } from './errors.ts';
export type * from './model/types.ts';
export { type AccessOptions, accessOptions } from './options.ts';
