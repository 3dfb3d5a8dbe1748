import type { Tier } from '../../../kernel/index.ts';
import type { Classification as AuditClassification } from '../../audit/index.ts';
import type { Masker } from '../../tenancy/index.ts';
import type { Anonymizer } from '../anonymize/types.ts';
import type { Masking } from '../masking/types.ts';
import type { Protection } from '../protect/types.ts';
import type { Retention } from '../retention/types.ts';
import type { Subjects } from '../subject/types.ts';
import type { Category } from './categories.ts';

/** From harmless to harmful; a later one asks for more care. */
export const classificationLevels = ['public', 'internal', 'confidential', 'restricted'] as const;
export type ClassificationLevel = (typeof classificationLevels)[number];

/** What a type of PostgreSQL can hold, as far as it matters here; of an array, what its elements hold. */
export const valueClasses = [
  'text',
  'number',
  'date',
  'time',
  'boolean',
  'uuid',
  'bytes',
  'json',
  'network',
  'hardware',
  'enum',
  'shape',
  'other',
] as const;
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

/** A decision to write down: a level, a category, or both. What is left out follows from the category, else from the level. */
export interface Decision {
  readonly place: Place;
  readonly level?: ClassificationLevel | undefined;
  readonly category?: Category | undefined;
  readonly sensitivity?: number | undefined;
  readonly isEncryptionRequired?: boolean | undefined;
  readonly retentionYears?: number | undefined;
  readonly compliance?: readonly string[] | undefined;
  readonly reason: string;
}

/** Which places; what is left out does not matter. */
export interface PlaceFilter {
  readonly tier?: Tier | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
}

/** `privacy.data_classification`, in oltp for all tiers. */
export interface Registry {
  /** Ordered by place; a table's own row before those of its columns. */
  list(filter?: PlaceFilter): Promise<readonly Classification[]>;
  /**
   * The place that `[tier:]schema.table[.column]` names; without a tier the first database that has it.
   * @throws PLINTH_PRIVACY_MALFORMED_PLACE, PLINTH_PRIVACY_UNKNOWN_PLACE
   */
  find(text: string): Promise<Place>;
  /** Writes a decision over whatever was there, and says so to the audit. @throws PLINTH_PRIVACY_UNKNOWN_PLACE, PLINTH_PRIVACY_REFUSED */
  classify(decision: Decision): Promise<Classification>;
  /** Turns findings into decisions of the same content. @throws PLINTH_PRIVACY_NOT_DECIDED */
  confirm(...places: readonly Place[]): Promise<readonly Classification[]>;
  /** Removes what is known of one place; the next scan may find it again. @throws PLINTH_PRIVACY_NOT_DECIDED */
  forget(place: Place): Promise<void>;
  /** What holds for each column of a table, by name: a decision about it, one about its table, a finding. */
  ofTable(table: TablePlace): Promise<Readonly<Record<string, Classification>>>;
}

export interface ScanRequest {
  /** Only tables of this tier, schema or name. */
  readonly only?: PlaceFilter;
  readonly signal?: AbortSignal;
  onProgress?(line: string): void;
}

export interface ScanResult {
  readonly tableCount: number;
  readonly columnCount: number;
  readonly rowCount: number;
  /** Ordered by place. Those that somebody decided about are among them; the register keeps the decision. */
  readonly findings: readonly Finding[];
  /** Rows of the register that were added or changed, and findings that are no more. */
  readonly writtenCount: number;
  readonly removedCount: number;
  /** Tables judged by names alone, because their rows could not be read. */
  readonly unread: readonly { readonly place: TablePlace; readonly reason: string }[];
}

export interface CheckResult {
  /** Confidential and restricted findings that nobody decided about and no scan has recorded. */
  readonly unclassified: readonly Finding[];
  /** With `isStrict`: columns that can hold anything and have no classification. */
  readonly undecided: readonly Required<Place>[];
  /** Decisions about places that are no more. */
  readonly gone: readonly Place[];
}

/** A column on the data map. */
export interface MappedColumn {
  readonly name: string;
  readonly holds: ValueClass;
  /** Absent where nothing was found or decided. */
  readonly classification?: Classification;
  /** Of a column of a view: the table its classification comes from. */
  readonly from?: TablePlace;
}

export interface MappedTable {
  readonly place: TablePlace;
  readonly isView: boolean;
  readonly columns: readonly MappedColumn[];
}

/** Which letter of article 6(1) GDPR allows a processing. */
export const legalBases = ['consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests'] as const;
export type LegalBasis = (typeof legalBases)[number];

/** A processing activity, declared with `privacy.record_processing()`. */
export interface ProcessingRecord {
  readonly name: string;
  readonly purpose: string;
  readonly legalBasis: LegalBasis;
  readonly dataSubjects: readonly string[];
  readonly recipients: readonly string[];
  /** Countries outside the union. */
  readonly transfers: readonly string[];
  readonly safeguards?: string;
  readonly retention?: string;
  readonly measures?: string;
  readonly tables: readonly TablePlace[];
  readonly updated: Date;
}

/** A table of an activity with what the register knows of it. */
export interface ProcessedTable {
  readonly place: TablePlace;
  /** Kinds of personal data in it. */
  readonly categories: readonly Category[];
  readonly level?: ClassificationLevel;
  /** The longest its classification allows. */
  readonly retentionYears?: number;
}

/** The record of processing activities, article 30 GDPR. */
export interface ProcessingReport {
  readonly activities: readonly (Omit<ProcessingRecord, 'tables'> & { readonly tables: readonly ProcessedTable[] })[];
  /** Tables with personal data that no activity names. */
  readonly unrecorded: readonly ProcessedTable[];
}

/** Where personal and secret data are, what they are for, and what was decided about them. */
export interface Privacy extends AsyncDisposable {
  readonly registry: Registry;
  /** What people ask for: their data, or to be forgotten. */
  readonly subjects: Subjects;
  /** What roles see in place of classified values. */
  readonly masking: Masking;
  /** Copies for work outside production. */
  readonly anonymizer: Anonymizer;
  /** Columns in clear that become encrypted ones. */
  readonly protection: Protection;
  /** Fills `tenancy.Masker`. */
  readonly masker: Masker;
  /** Ends the time of rows in tables that no partition ends. */
  readonly retention: Retention;
  /** Looks at every table and records what it finds where nobody decided. Reads samples of rows as the owner, outside row security. */
  scan(request?: ScanRequest): Promise<ScanResult>;
  /** Says what is new and not classified; writes nothing. Names only, and no row is read, unless `isSampled`. */
  check(request?: ScanRequest & { readonly isSampled?: boolean; readonly isStrict?: boolean }): Promise<CheckResult>;
  /** Every table and view with what holds for its columns. */
  map(): Promise<readonly MappedTable[]>;
  /** Fills `audit.Classification`. */
  readonly auditClassification: Required<AuditClassification>;
  readonly records: {
    list(): Promise<readonly ProcessingRecord[]>;
    report(): Promise<ProcessingReport>;
  };
}
