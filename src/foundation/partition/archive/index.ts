export { archivePart } from './archive.ts';
export { directorySink } from './directory-sink.ts';
export { archivesOf, restore, verify } from './restore.ts';
export type * from './types.ts';
