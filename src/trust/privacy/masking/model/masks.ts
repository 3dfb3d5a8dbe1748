import type { Category } from '../../model/categories.ts';
import type { Classification, ClassificationLevel } from '../../model/types.ts';

/**
 * What is shown in place of a value. `hash`, `noise` and `fake` are the same for the same value and seed, wherever it stands, so that
 * joins still work; `hash` and `fake` of texts also keep apart what is different.
 */
export const masks = ['keep', 'null', 'partial', 'hash', 'generalise', 'noise', 'fake'] as const;
export type Mask = (typeof masks)[number];

/** What is done with a kind of data when no rule says otherwise. */
export const categoryMasks: Readonly<Record<Category, Mask>> = {
  credential: 'null',
  'payment-card': 'partial',
  'bank-account': 'hash',
  'national-id': 'hash',
  passport: 'hash',
  special: 'null',
  phone: 'fake',
  address: 'fake',
  location: 'generalise',
  'birth-date': 'generalise',
  email: 'fake',
  'person-name': 'fake',
  demographic: 'null',
  income: 'noise',
  'ip-address': 'fake',
  device: 'hash',
  account: 'fake',
  business: 'keep',
};

/** For places of which only the level is known. */
export const levelMasks: Readonly<Record<ClassificationLevel, Mask>> = {
  public: 'keep',
  internal: 'keep',
  confidential: 'hash',
  restricted: 'null',
};

/** A rule for a category or a level, by its name. */
export type MaskRules = Readonly<Record<string, Mask>>;

/** The mask of a classified column: the rule for its category, that for its level, the category's own, the level's own. */
export function maskOf({ category, level }: Pick<Classification, 'category' | 'level'>, rules: MaskRules): Mask {
  return (category && rules[category]) ?? rules[level] ?? (category ? categoryMasks[category] : levelMasks[level]);
}

/** Whether fakes of that kind differ where the values do, without more than themselves. */
export const isApart = (category: Category | undefined): boolean =>
  category === undefined || category === 'email' || category === 'account';
