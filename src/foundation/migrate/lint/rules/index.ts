import type { Rule } from '../types.ts';
import { acrossFilesRules } from './across-files.ts';
import { addColumnRules } from './add-column.ts';
import { changeColumnRules } from './change-column.ts';
import { constraintRules } from './constraints.ts';
import { destructiveRules } from './destructive.ts';
import { foreignKeyRules } from './foreign-keys.ts';
import { indexRules } from './indexes.ts';
import { namingRules } from './naming.ts';
import { partitionRules } from './partitions.ts';
import { planRules } from './plan.ts';
import { renameRules } from './renames.ts';
import { securityRules } from './security.ts';
import { transactionRules } from './transactions.ts';

/** The catalogue, by id. */
export const rules: readonly Rule[] = [
  ...indexRules,
  ...addColumnRules,
  ...changeColumnRules,
  ...renameRules,
  ...foreignKeyRules,
  ...constraintRules,
  ...partitionRules,
  ...destructiveRules,
  ...securityRules,
  ...transactionRules,
  ...namingRules,
  ...planRules,
  ...acrossFilesRules,
].sort((a, b) => (a.id < b.id ? -1 : 1));

export const ruleById: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.id, rule]));
