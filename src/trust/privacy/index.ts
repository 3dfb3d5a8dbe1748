export { privacyErrors } from './errors.ts';
export { type Category, type CategoryRule, categories, categoryNames, isPersonal } from './model/categories.ts';
export { parsePlace, writePlace, writeTable } from './model/places.ts';
export type * from './model/types.ts';
export { classificationLevels, legalBases } from './model/types.ts';
export { type PrivacyOptions, privacyOptions } from './options.ts';
export { openPrivacy, type PrivacyDeps } from './privacy.ts';
