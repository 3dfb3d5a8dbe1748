import type { Tier } from '../../../kernel/index.ts';

export interface AnonymizeRequest {
  /** Tiers to copy; each goes where `targets` says. Tiers that share a database are one. */
  readonly targets: Readonly<Partial<Record<Tier, string>>>;
  /** Empties tables of the target that have rows. Default: they are refused. */
  readonly isReplacing?: boolean;
  /**
   * 32 bytes from which pseudonyms follow: with the same seed the same person has the same one in every copy, and whoever has it can tell who
   * it was. Default: random, and thrown away.
   */
  readonly seed?: Buffer;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

export interface CopiedTable {
  readonly tier: Tier;
  readonly table: string;
  readonly rows: number;
  /** Columns that hold something else than in the source. */
  readonly masked: readonly string[];
}

/** How well people hide among others in one table of the copy. */
export interface Anonymity {
  readonly tier: Tier;
  readonly table: string;
  /** The columns by which people could be told apart together, as they are in the copy. */
  readonly columns: readonly string[];
  /** How many share what the rarest combination shares: 1 is somebody who is alone with it. Undefined of an empty table. */
  readonly k: number | undefined;
  /** Rows whose combination fewer than five share. */
  readonly rare: number;
}

/** A value of the source that was found in the copy; the value itself is not told. */
export interface Leftover {
  readonly tier: Tier;
  readonly from: string;
  /** Where it stands in the copy. */
  readonly found: string;
  readonly values: number;
}

export interface AnonymizeReport {
  readonly tables: readonly CopiedTable[];
  /** Foreign keys that the server checked again over the whole copy. */
  readonly foreignKeys: number;
  readonly rows: number;
  readonly durationMs: number;
  readonly anonymity: readonly Anonymity[];
  /** Of a sample of values that were masked: those that stand somewhere in the copy all the same. */
  readonly leftovers: readonly Leftover[];
}

/** Copies for work outside production, in which nobody is known. */
export interface Anonymizer {
  /**
   * Copies the tables of products, masked by their classification, into databases with the same schema: streamed from one snapshot per
   * database of the source into one transaction per database of the target, which is there whole or not at all. Foreign keys are checked
   * again by the server. Bytes of content objects and keys of the platform are never copied.
   * @throws PLINTH_PRIVACY_SAME_DATABASE, PLINTH_PRIVACY_TARGET_DIFFERS, PLINTH_PRIVACY_TARGET_NOT_EMPTY, PLINTH_PRIVACY_CANNOT_MASK
   */
  anonymize(request: AnonymizeRequest): Promise<AnonymizeReport>;
}
