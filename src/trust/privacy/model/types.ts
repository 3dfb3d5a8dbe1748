import type { Tier } from '../../../kernel/index.ts';
import type { Category } from './categories.ts';

/** From harmless to harmful; a later one asks for more care. */
export const classificationLevels = ['public', 'internal', 'confidential', 'restricted'] as const;
export type ClassificationLevel = (typeof classificationLevels)[number];

/** What a type of PostgreSQL can hold, as far as it matters here; of an array, what its elements hold. */
export const valueClasses = ['text', 'number', 'date', 'time', 'boolean', 'uuid', 'bytes', 'json', 'network', 'hardware', 'enum', 'shape', 'other'] as const;
export type ValueClass = (typeof valueClasses)[number];

/** A table of the platform. */
export interface TablePlace {
  readonly tier: Tier;
  readonly schema: string;
  readonly table: string;
}

/** A column, or without `column` a table as a whole. */
export interface Place extends TablePlace {
  readonly column?: string | undefined;
}

/** What somebody decided, or the scan suggests, for one place. */
export interface Classification {
  readonly place: Place;
  readonly level: ClassificationLevel;
  /** What it is; undefined where a decision says only how sensitive it is. */
  readonly category?: Category | undefined;
  /** 1 harmless … 10 ruinous. */
  readonly sensitivity: number;
  readonly isEncryptionRequired: boolean;
  /** How long it may be kept; undefined: as long as the table's own rule says. */
  readonly retentionYears?: number | undefined;
  /** Rules that apply to it, e.g. `gdpr`, `pci-dss`. */
  readonly compliance: readonly string[];
  /** `manual` is a decision and is never overwritten by a scan. */
  readonly source: 'auto' | 'manual';
  /** 0–1; 1 for a decision. */
  readonly confidence: number;
  readonly reason: string;
  readonly created: Date;
}

/** What a scan says about a column; becomes an `auto` row where nobody decided otherwise. */
export interface Finding {
  readonly place: Required<Place>;
  readonly category: Category;
  readonly level: ClassificationLevel;
  /** 0–1. */
  readonly confidence: number;
  /** For people; names no value of the column. */
  readonly reason: string;
  /** Some of the values that spoke for it, masked (`j***@e***.com`); empty where the name alone spoke. */
  readonly examples: readonly string[];
}

/** A decision to write down. What is left out follows from the category, else from the level. */
export interface Decision {
  readonly place: Place;
  readonly level: ClassificationLevel;
  readonly category?: Category | undefined;
  readonly sensitivity?: number | undefined;
  readonly isEncryptionRequired?: boolean | undefined;
  readonly retentionYears?: number | undefined;
  readonly compliance?: readonly string[] | undefined;
  readonly reason: string;
}

/** Which places; what is left out is not looked at. */
export interface PlaceFilter {
  readonly tier?: Tier | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
}

/** `privacy.data_classification`, in oltp for all tiers. */
export interface Registry {
  /** Ordered by place; a table's own row before those of its columns. */
  list(filter?: PlaceFilter): Promise<readonly Classification[]>;
  /** Writes a decision over whatever was there. @throws PLINTH_PRIVACY_UNKNOWN_PLACE */
  classify(decision: Decision): Promise<Classification>;
}
