import type { Tier } from '../../../kernel/index.ts';
import type { Tenant } from '../model/types.ts';
import type { Signature } from '../signing/index.ts';

export type OperationKind = 'suspend' | 'resume' | 'export' | 'import' | 'erase' | 'move' | 'clone';

/** What was or is being done with a tenant as a whole. */
export interface OperationStatus {
  readonly id: string;
  readonly kind: OperationKind;
  /** What the tenant was called when it began. */
  readonly slug: string;
  readonly started: Date;
  /** Absent: interrupted or still at work; the same command completes it. */
  readonly completed?: Date;
  /** Why the last attempt stopped, or why it was given up. */
  readonly failure?: string;
  readonly stepCount: number;
  readonly lastStep?: string;
}

/** A file of an export. */
export interface ArchivedFile {
  /** Below the folder of the export. */
  readonly file: string;
  readonly rawBytes: number;
  readonly sizeBytes: number;
  /** Of the file, which is compressed with zstd. */
  readonly sha256: string;
}

export interface ArchivedTable extends ArchivedFile {
  /** Where it was; elsewhere its table may be in the database of another tier. */
  readonly tier: Tier;
  /** Schema and name. */
  readonly table: string;
  /** COPY in this format gives the rows back. Binary where there are bytes, whose text is twice as long. */
  readonly format: 'text' | 'binary';
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: number;
  /** Of the rows, whatever their order. */
  readonly rowHash: string;
  /** Of a table that is cut into ranges: those that have to be there before the rows are. */
  readonly range?: { readonly from: string; readonly to: string };
}

/** `manifest.json` of an export: written last, so that what has none is no export. */
export interface ExportManifest extends Signature {
  readonly version: 1;
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string; readonly created: string };
  /** Whether the tenant was suspended while it was exported: then all databases are of one moment, otherwise each of its own. */
  readonly isQuiet: boolean;
  /** Whether it is of nobody: values masked, people invented, under an id of its own. */
  readonly isMasked: boolean;
  readonly exported: string;
  readonly platformVersion: string;
  readonly serverVersion: string;
  /** SHA-256 over the tables and columns there are, equal where two platforms have the same. */
  readonly schemaFingerprint: string;
  readonly users: ArchivedFile & { readonly rows: number };
  readonly tables: readonly ArchivedTable[];
  /** By capability: what it counts, which is compared if the tenant was quiet, and pieces beyond rows. */
  readonly data: readonly {
    readonly by: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly pieces: readonly (ArchivedFile & { readonly name: string })[];
  }[];
}

/** What was erased, signed: how much there was before, and that nothing was found afterwards. */
export interface ErasureCertificate extends Signature {
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly began: string;
  readonly erased: string;
  readonly databases: Readonly<Record<string, string>>;
  /** Rows before the erasure, by tier and table; tables without any are left out. */
  readonly rows: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What capabilities counted before, by capability and kind. */
  readonly data: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What they removed beyond rows. */
  readonly removed: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** People who belonged to no other tenant. */
  readonly users: number;
  /** Tables of all databases that were looked through afterwards, without finding a row of the tenant. */
  readonly tablesSearched: number;
  /** Schemas of records that are kept by those who look after them, e.g. the audit trail. */
  readonly keptSchemas: readonly string[];
}

/** What came of a move. */
export interface MoveReport {
  readonly from: string;
  readonly to: string;
  readonly tables: number;
  readonly rows: number;
  /** How long its writers had to wait. */
  readonly pauseMs: number;
}

export interface Watch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/**
 * What is done with a tenant as a whole, over all tiers. Each operation is a row with the steps that are done; interrupted anywhere, the
 * same call completes it. One at a time per tenant, over all processes.
 */
export interface Lifecycle {
  /**
   * Refuses writes from now on and ends what works for the tenant by itself; resolves when no transaction that began before is left.
   * Its people can still read.
   * @throws PLINTH_TENANCY_UNKNOWN_TENANT, PLINTH_TENANCY_WRONG_STATE, PLINTH_TENANCY_OPERATION_BUSY,
   * PLINTH_TENANCY_OPERATION_UNFINISHED, PLINTH_TENANCY_STILL_AT_WORK
   */
  suspend(tenant: string, watch?: Watch): Promise<Tenant>;
  /** Lets a suspended tenant work again. @throws as `suspend` */
  resume(tenant: string, watch?: Watch): Promise<Tenant>;
  /**
   * Writes all that is the tenant's into a folder that is new or empty. Each database as of one moment; suspend the tenant before for all
   * of them as of the same. Other tenants and writers are not held up. `maskedAs` writes a masked copy instead, as `clone` makes it, that
   * becomes a tenant of that name wherever it is imported.
   * @throws PLINTH_TENANCY_FOLDER_IN_USE, PLINTH_TENANCY_NO_MASKER, PLINTH_TENANCY_BAD_SLUG and as `suspend`
   */
  export(tenant: string, request: { readonly folder: string; readonly maskedAs?: string }, watch?: Watch): Promise<ExportManifest>;
  /**
   * Takes an export in as a tenant with the same id. It stays `provisioning`, invisible to all, until every row and byte was compared.
   * @throws PLINTH_TENANCY_NO_EXPORT, PLINTH_TENANCY_EXPORT_DAMAGED, PLINTH_TENANCY_TENANT_TAKEN, PLINTH_TENANCY_DOES_NOT_FIT
   */
  import(request: { readonly folder: string; readonly slug?: string }, watch?: Watch): Promise<Tenant>;
  /**
   * Removes all that is the tenant's from every tier, for good, and proves that nothing is left. `confirm` has to be the slug.
   * @throws PLINTH_TENANCY_NOT_CONFIRMED, PLINTH_TENANCY_HELD where a legal hold keeps rows (the others are gone; call it again when
   * the hold is), PLINTH_TENANCY_LEFT_BEHIND, and as `suspend`
   */
  erase(tenant: string, request: { readonly confirm: string }, watch?: Watch): Promise<ErasureCertificate>;
  /**
   * Brings the rows of its oltp tier into a database of its own, or back (`shared`), while it works on: copied, followed, compared, and
   * switched with a pause of at most 2 s for its writers. Nothing of it is left where it was.
   * @throws PLINTH_TENANCY_NO_SUCH_PLACE, PLINTH_TENANCY_ALREADY_PLACED, PLINTH_TENANCY_PLACE_TAKEN, PLINTH_TENANCY_CANNOT_MOVE,
   * PLINTH_TENANCY_MOVE_NOT_ALLOWED, PLINTH_TENANCY_MOVE_DIFFERS, PLINTH_TENANCY_SWITCH_TOO_SLOW, and as `suspend`
   */
  move(tenant: string, request: { readonly to: string }, watch?: Watch): Promise<MoveReport>;
  /**
   * Makes a second tenant with the rows of this one in which nobody is recognised: classified values masked, people invented, for support and
   * demonstrations. The platform's own records about the tenant and the bytes of its contents stay behind.
   * @throws PLINTH_TENANCY_NO_MASKER, PLINTH_TENANCY_BAD_SLUG, PLINTH_TENANCY_TENANT_TAKEN, and as `export` and `import`
   */
  clone(tenant: string, request: { readonly slug: string }, watch?: Watch): Promise<Tenant>;
  /** The latest 50 operations on a tenant, newest first. */
  operations(tenantId: string): Promise<readonly OperationStatus[]>;
}
