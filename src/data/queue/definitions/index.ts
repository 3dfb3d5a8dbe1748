export { type Definitions, type KnownKind, type KnownQueue, openDefinitions } from './definitions.ts';
export { definitionErrors } from './errors.ts';
