export { constraintOf } from './constraints.ts';
export { foldStatement, routineOf } from './fold.ts';
export { type Column, type Constraint, emptySchema, hasIndexOn, type Schema, type Table } from './schema.ts';
