export { tenancyErrors } from './errors.ts';
export type * from './model/audit-sink.ts';
export { type Attempt, type Certificate, isGenuine } from './model/certificate.ts';
export { type Relation, type TableCoverage, type Verb, verbs } from './model/coverage.ts';
export type * from './model/types.ts';
export { memberRoles } from './model/types.ts';
export { type TenancyOptions, tenancyOptions } from './options.ts';
export { openTenancy, type TenancyDeps } from './tenancy.ts';
