export { groupErrors } from './errors.ts';
export { declareGroup, type GroupDefinition, undeclareGroup } from './model/definition.ts';
export { type ColumnChange, expandColumns } from './model/expand-columns.ts';
export { expandRule, type RuleChange } from './model/rule-group.ts';
export { openGroups } from './open-groups.ts';
export { groupsCommands, groupsRoutes } from './surface.ts';
export type * from './types.ts';
export { groupWatch } from './watch-service.ts';
