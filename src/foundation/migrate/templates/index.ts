export { templateCommands } from './surface.ts';
export { type NewRequest, openTemplates, type Templates } from './templates.ts';
