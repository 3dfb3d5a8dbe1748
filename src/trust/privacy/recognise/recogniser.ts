import type { Category } from '../model/categories.ts';
import type { Shape } from './shape.ts';

/** How candidates inside a longer text are found; each is then put to `fits`. */
export interface InText {
  /** Global. */
  readonly pattern: RegExp;
  /** What every such text has; one without it is not searched. */
  readonly mark?: string;
  readonly leastDigits?: number;
}

/** Tells one kind of value from all others, by its rules and not by its looks alone. */
export interface Recogniser {
  readonly category: Category;
  /** What its values are, in the plural, for the reason of a finding. */
  readonly label: string;
  /** How sure a column is whose values all fit, when its name says nothing. Below 0.5 the name has to agree. */
  readonly weight: number;
  /** Share of values of the same outward shape that fit by accident: 0.1 for a check digit. */
  readonly chance: number;
  /** Share of a column's different values from which on more of them make it no surer. */
  readonly fullShare: number;
  /** It is slow: so many of a column's values are tried at most, from all over it. A share needs no more. */
  readonly mostTried?: number;
  /** Counts for more in a table about people. */
  readonly isPersonal?: boolean;
  /** How well a whole value fits: 0 not at all, 1 without doubt. */
  fits(value: string, shape: Shape): number;
  readonly inText?: InText;
}
