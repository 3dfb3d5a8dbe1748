/**
 * Owned by tenancy, filled by each capability that keeps more for a tenant than rows of protected tables say, or that works for it by
 * itself. Rows of protected tables are suspended, exported, imported and erased without it. Each method is left out where there is
 * nothing to do, and may be called again after it was interrupted.
 */
export interface TenantData {
  /** Schemas whose protected tables it looks after alone: their rows are neither exported nor erased unless it does. */
  readonly schemas?: readonly string[];
  /** Tables whose rows hold what no mask fits, e.g. bytes of files: they stay behind when a masked copy is made. */
  readonly unmaskable?: readonly string[];
  /** Ends what it does for the tenant on its own account; resolves when nothing of it runs any more. */
  pause?(tenantId: string): Promise<void>;
  /** Lets what `pause` ended begin again. */
  resume?(tenantId: string): Promise<void>;
  /** How much of what is kept, e.g. objects and their bytes: equal before and after a move. */
  count?(tenantId: string): Promise<Readonly<Record<string, number>>>;
  /** What no row holds, in pieces with names of its own. */
  export?(
    tenantId: string,
    signal: AbortSignal | undefined,
  ): AsyncIterable<{ readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }>;
  /** Takes a piece that `export` gave elsewhere; rows are there by now. */
  import?(tenantId: string, piece: { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }): Promise<void>;
  /** Reads back whatever came with an import. @throws when something is not as it was stored */
  verify?(tenantId: string, signal: AbortSignal | undefined): Promise<void>;
  /** Removes what no row holds, before the rows go; what it removed, by kind. */
  erase?(tenantId: string, signal: AbortSignal | undefined): Promise<Readonly<Record<string, number>>>;
}
