export { maskingErrors } from './errors.ts';
export { maskedExpression, maskedRows } from './model/expression.ts';
export type { Mask, MaskRules } from './model/masks.ts';
export { type MaskedTable, planMasks } from './model/plan.ts';
export { type MaskingDeps, openMasking } from './open-masking.ts';
export type { AppliedMasks, Masking, ShownColumn } from './types.ts';
