/** The regulations that events are flagged for, in alphabetical order. */
export const regulations = ['GDPR', 'HIPAA', 'SOX'] as const;
export type Regulation = (typeof regulations)[number];
