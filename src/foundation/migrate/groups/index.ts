export { declareGroup, undeclareGroup } from './model/definition.ts';
export { expandColumns } from './model/expand-columns.ts';
export { expandRule } from './model/rule-group.ts';
export { openGroups } from './open-groups.ts';
export type * from './types.ts';
export { groupWatch } from './watch-service.ts';
