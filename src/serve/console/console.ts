import { describeTable, type ListedTable, listTables, type TableAddress, type TableDescription, type TablesDeps } from './tables.ts';

/** What the console shows that belongs to no single capability. */
export interface Console extends AsyncDisposable {
  /** Names of everything that is open, the product included. */
  readonly capabilities: readonly string[];
  listTables(signal: AbortSignal): Promise<readonly ListedTable[]>;
  /** `reader`: the account that is shown the rows. @throws PLINTH_CONSOLE_UNKNOWN_TABLE */
  describeTable(address: TableAddress, tenantId: string | undefined, signal: AbortSignal, reader?: string): Promise<TableDescription>;
}

/** Binds the console's queries to a platform; owns nothing, so disposing does nothing. */
export function openConsole(deps: TablesDeps & { readonly capabilities: readonly string[] }): Console {
  return {
    capabilities: deps.capabilities,
    listTables: (signal) => listTables(deps, signal),
    describeTable: (address, tenantId, signal, reader) => describeTable(deps, address, tenantId, signal, reader),
    async [Symbol.asyncDispose]() {},
  };
}
