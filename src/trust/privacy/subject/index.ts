export type { SubjectDeps } from './deps.ts';
export { subjectErrors } from './errors.ts';
export { openSubjects } from './open-subjects.ts';
export { purgeTables } from './purge.ts';
export type {
  ErasedPlace,
  ErasureCertificate,
  ErasureMethod,
  ExportSink,
  Identifier,
  Person,
  PersonExport,
  PersonFinding,
  PersonRow,
  PlannedPlace,
  Purged,
  RequestSummary,
  StepBounds,
  SubjectLink,
  SubjectRequest,
  SubjectStore,
  Subjects,
  SubjectTarget,
} from './types.ts';
