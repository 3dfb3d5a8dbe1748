export type * from './model/types.ts';
export { type PrivacyOptions, privacyOptions } from './options.ts';
export { openPrivacy } from './privacy.ts';
