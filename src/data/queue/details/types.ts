/** What is kept about a job beside its record, by the columns of the table that its definition names. */
export type DetailsRow = Readonly<Record<string, unknown>>;

/** As people see it. */
export interface KeptDetails {
  /** Qualified. */
  readonly table: string;
  /** Without the key. */
  readonly row: DetailsRow;
}

/** The job that something is kept about. */
export interface DetailsOwner {
  readonly tenantId: string;
  readonly jobId: string;
  readonly jobType: string;
  /** That its definition names. */
  readonly table: string | undefined;
}
