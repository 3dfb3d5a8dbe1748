export { type Metadata, openMetadata, type SensitiveColumn, type StatementMetadata } from './describe.ts';
export { complianceFlags, highestLevel, operationRules } from './model/compliance.ts';
