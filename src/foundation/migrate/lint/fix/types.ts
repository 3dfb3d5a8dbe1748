/** A change of a text, by offsets in bytes. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A migration that is to follow the one that is fixed. */
export interface FollowUp {
  readonly slug: string;
  readonly isTransactional: boolean;
  readonly up: string;
  readonly down: string;
  /** An index that the down.sql of the fixed migration need not drop any more. */
  readonly index?: string;
}

export interface Fix {
  readonly edits: readonly Edit[];
  readonly followUp?: FollowUp;
  /** The migration as a whole has to run outside a transaction. */
  readonly leavesTransaction?: boolean;
}
