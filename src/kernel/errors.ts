/**
 * The one error class of Plinth. A message says what happened, shows the offending value (never a
 * secret) and ends with the remedy, because the person who reads it usually has nothing else.
 */
export class PlinthError extends Error {
  override readonly name = 'PlinthError';
  /** Stable identifier, `PLINTH_<CAPABILITY>_<WHAT>`. Callers branch on this, never on the message. */
  readonly code: string;
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retryable: boolean;
  readonly httpStatus: number;
  /** Process exit status of a command that ends with this error. */
  readonly exitCode: number;
  /** The values the message was made of, for machines. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(init: {
    code: string;
    message: string;
    retryable?: boolean | undefined;
    httpStatus?: number | undefined;
    exitCode?: number | undefined;
    details?: Readonly<Record<string, unknown>> | undefined;
    cause?: unknown;
  }) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.retryable = init.retryable ?? false;
    this.httpStatus = init.httpStatus ?? 500;
    this.exitCode = init.exitCode ?? 1;
    this.details = init.details ?? {};
  }
}

/** What a capability declares for one of its errors. `message` receives the details of the occurrence. */
export interface ErrorSpec<D> {
  readonly message: (details: D) => string;
  readonly httpStatus?: number;
  readonly retryable?: boolean;
  readonly exitCode?: number;
}

// A spec whose message takes no argument infers D as unknown; such an error is made without details.
type Factory<S> = S extends { message: (details: infer D) => string }
  ? unknown extends D
    ? (details?: undefined, options?: { cause?: unknown }) => PlinthError
    : (details: D, options?: { cause?: unknown }) => PlinthError
  : never;

/**
 * Declares the errors of one capability in one table; the result has a factory per entry.
 *
 * `defineErrors('CLUSTER', { PORT_TAKEN: { message: (d: { port: number }) => … } })` gives
 * `PORT_TAKEN({ port })`, an error of code `PLINTH_CLUSTER_PORT_TAKEN`.
 */
// biome-ignore lint/suspicious/noExplicitAny: the details differ per entry and are inferred back by Factory
export function defineErrors<const S extends Record<string, ErrorSpec<any>>>(
  capability: string,
  specs: S,
): { readonly [K in keyof S]: Factory<S[K]> } {
  const factories = Object.entries(specs).map(([name, spec]) => [
    name,
    (details?: Record<string, unknown>, options?: { cause?: unknown }) =>
      new PlinthError({
        code: `PLINTH_${capability}_${name}`,
        message: spec.message(details),
        retryable: spec.retryable,
        httpStatus: spec.httpStatus,
        exitCode: spec.exitCode,
        details,
        cause: options?.cause,
      }),
  ]);
  return Object.fromEntries(factories) as { readonly [K in keyof S]: Factory<S[K]> };
}

/** Whether `error` is a PlinthError of that code. */
export function hasCode(error: unknown, code: string): error is PlinthError {
  return error instanceof PlinthError && error.code === code;
}

/** The message of anything that was thrown; `String(error)` where it is no Error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
