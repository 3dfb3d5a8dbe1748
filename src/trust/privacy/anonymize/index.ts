export { anonymizeErrors } from './errors.ts';
export { openMasker } from './masker.ts';
export { openAnonymizer } from './open-anonymizer.ts';
export type { Anonymity, AnonymizeReport, AnonymizeRequest, Anonymizer, CopiedTable, Leftover } from './types.ts';
