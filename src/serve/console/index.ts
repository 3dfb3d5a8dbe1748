export { type Console, openConsole } from './console.ts';
export type { ListedTable, TableAddress, TableDescription } from './tables.ts';
