export { type Documents, openDocuments } from './documents.ts';
export type { Dictionary } from './model/dictionary.ts';
export type { DiagramLayout } from './model/layout.ts';
export { documentsCommands, documentsRoutes } from './surface.ts';
