export { type ColumnFacts, type Neutral, neutralOf } from './model/columns.ts';
export type { Catalog, CatalogTable, ForeignKey } from './model/types.ts';
export { quotedTable, readCatalog } from './read-catalog.ts';
