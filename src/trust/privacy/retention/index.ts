export { openRetention } from './open-retention.ts';
export type { Retention, RetentionCertificate, RetentionRule, RetentionStep } from './types.ts';
