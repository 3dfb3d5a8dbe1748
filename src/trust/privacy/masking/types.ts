import type { Tier } from '../../../kernel/index.ts';
import type { Category } from '../model/categories.ts';
import type { Mask, MaskRules } from './model/masks.ts';

/** How a role sees one column. */
export interface ShownColumn {
  readonly tier: Tier;
  readonly table: string;
  readonly column: string;
  readonly category?: Category;
  readonly mask: Mask;
}

export interface AppliedMasks {
  readonly role: string;
  /** Schema that holds the views. */
  readonly schema: string;
  readonly views: readonly { readonly tier: Tier; readonly view: string; readonly masked: number }[];
  /** Columns left out of their views, because nothing can stand in for them. */
  readonly omitted: readonly { readonly tier: Tier; readonly table: string; readonly column: string }[];
}

/** What roles see in place of classified values: views that mask, over tables the role cannot read. */
export interface Masking {
  /** Rules of the role that differ from the defaults. */
  rules(role: string): Promise<MaskRules>;
  /**
   * Sets the mask of a category or level for a role; undefined returns to the default. Views follow with `apply`.
   * @throws PLINTH_PRIVACY_UNKNOWN_MASK
   */
  rule(role: string, appliesTo: string, mask: string | undefined): Promise<void>;
  /** Every column of a product that the role would see masked. */
  show(role: string): Promise<readonly ShownColumn[]>;
  /**
   * Makes the views of a role anew, in a schema of its own in each tier, and lets the role read them. All of a tier or nothing. They show the
   * rows of all tenants: for people who work for the platform.
   * @throws PLINTH_PRIVACY_UNKNOWN_ROLE
   */
  apply(role: string, bounds?: { readonly signal?: AbortSignal }): Promise<AppliedMasks>;
}
