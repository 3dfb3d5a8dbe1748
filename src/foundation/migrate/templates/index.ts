export { type NewRequest, openTemplates, type Templates } from './templates.ts';
