export { type AuditDeps, openAudit } from './audit.ts';
export type * from './chain/index.ts';
export { auditErrors } from './errors.ts';
export type * from './model/types.ts';
export { levels } from './model/types.ts';
export { type AuditOptions, auditOptions } from './options.ts';
