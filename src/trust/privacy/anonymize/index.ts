export { anonymizeErrors } from './errors.ts';
export { openAnonymizer } from './open-anonymizer.ts';
export type { Anonymity, AnonymizeReport, AnonymizeRequest, Anonymizer, CopiedTable, Leftover } from './types.ts';
