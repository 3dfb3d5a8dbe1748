import { constrain } from './constrain.ts';
import { addCheck, addFk } from './constraints.ts';
import { addIndex, addUnique } from './indexes.ts';
import type { Template } from './types.ts';

export const ruleTemplates: Readonly<Record<string, Template>> = {
  'add-index': addIndex,
  'add-unique': addUnique,
  'add-fk': addFk,
  'add-check': addCheck,
  constrain,
};
