export { checkMigration, isSavepoint, refusesTransactions, whyUnprobed } from './check-migration.ts';
export { qualifyColumns, renameIdentifiers } from './columns.ts';
export { isDataStatement } from './data.ts';
export { type Definition, definitionsIn, type ObjectsContent, orderFiles, splitTarget } from './objects.ts';
export { excerptAt, offsetOfCharacter, type Place, placesIn } from './place.ts';
export { retargeted, retargetedFunction, shadowSchema } from './retarget.ts';
export { shadowIndex, shadowOf, shadowTable } from './shadow-index.ts';
export {
  namesIn,
  type ParsedFile,
  parseFile,
  parseMigration,
  parser,
  readStatements,
  type Statement,
  type Tree,
  textIn,
  tokensOf,
  walk,
} from './statements.ts';
export { type StepTarget, stepOf } from './steps.ts';
export { type TouchedTables, touchedTables } from './tables.ts';
