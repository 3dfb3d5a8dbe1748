/** Structured logging as capabilities see it; the platform decides where lines go. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

const nothing = () => {};

/** Swallows everything; the default of embedders and tests. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
