export { checkMigration } from './check-migration.ts';
export { qualifyColumns, renameIdentifiers } from './columns.ts';
export { type Definition, definitionsIn, type ObjectsContent, orderFiles, splitTarget } from './objects.ts';
export { excerptAt, offsetOfCharacter } from './place.ts';
export { shadowIndex, shadowOf, shadowTable } from './shadow-index.ts';
export { type ParsedFile, parseFile, parser, type Statement, type Tree, textIn, tokensOf, walk } from './statements.ts';
export { type StepTarget, stepOf } from './steps.ts';
export { type TouchedTables, touchedTables } from './tables.ts';
