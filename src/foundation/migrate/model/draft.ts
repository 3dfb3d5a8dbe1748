/** A migration of a product before it is written to a folder. */
export interface Draft {
  /** Words joined by `_`: the second half of the folder's name. */
  readonly slug: string;
  readonly up: string;
  /** Absent where `meta` says why there is no way back. */
  readonly down?: string;
  readonly pre?: string;
  readonly post?: string;
  /** `meta.json`. */
  readonly meta: Readonly<Record<string, unknown>>;
}
