export { type AnswersDeps, openAnswers, readNames } from './answers.ts';
export { checkExport } from './export.ts';
export { readSigningKey } from './keys.ts';
export type * from './types.ts';
