export { type Documents, openDocuments } from './documents.ts';
export type { DiagramLayout } from './model/layout.ts';
