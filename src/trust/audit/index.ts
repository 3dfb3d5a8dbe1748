export { openAudit } from './audit.ts';
export type * from './model/types.ts';
export { type AuditOptions, auditOptions } from './options.ts';
