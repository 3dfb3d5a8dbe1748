export { look } from './look.ts';
export { readTables } from './read-tables.ts';
