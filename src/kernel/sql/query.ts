/** What can run a statement: a transaction, a session, or a bare driver client. */
export interface Executor {
  query(statement: {
    readonly text: string;
    readonly values?: unknown[];
    /** Name of the prepared statement; the same name always carries the same text. */
    readonly name?: string;
    // biome-ignore lint/suspicious/noExplicitAny: rows are typed by NamedQuery, whose types come from the database
  }): Promise<{ readonly rows: any[]; readonly rowCount: number | null }>;
}

/**
 * A statement from a `.sql` file, with parameter and row types read from the database.
 * Made by `npm run generate` only; see docs/decisions/named-queries.md.
 */
export interface NamedQuery<P, R> {
  readonly name: string;
  readonly text: string;
  /** Runs it and returns all rows; an empty array when there are none. */
  all(executor: Executor, params: P): Promise<R[]>;
  /** The first row, or undefined. */
  first(executor: Executor, params: P): Promise<R | undefined>;
  /** The first row of a query that always gives one. @throws {Error} when there is none, which is a defect of ours. */
  one(executor: Executor, params: P): Promise<R>;
  /** Runs it for its effect and returns the number of rows affected. */
  run(executor: Executor, params: P): Promise<number>;
}

/** A statement that code of this process can run. */
export type DefinedQuery = Pick<NamedQuery<never, unknown>, 'name' | 'text'>;

const defined = new Map<string, DefinedQuery>();

/** Every named query of the modules that are loaded, for those who look at statements before they are run. */
export const definedQueries = (): readonly DefinedQuery[] => [...defined.values()];

/** Binds a statement with positional parameters to the names the `.sql` file gave them. */
export function defineQuery<P, R>(name: string, params: readonly (keyof P & string)[], text: string): NamedQuery<P, R> {
  defined.set(name, { name, text });
  const execute = (executor: Executor, values: P) => executor.query({ name, text, values: params.map((param) => values[param]) });
  return {
    name,
    text,
    all: async (executor, values) => (await execute(executor, values)).rows,
    first: async (executor, values) => (await execute(executor, values)).rows[0],
    async one(executor, values) {
      const { rows } = await execute(executor, values);
      if (rows.length === 0) throw new Error(`query ${name} returned no row`);
      return rows[0];
    },
    run: async (executor, values) => (await execute(executor, values)).rowCount ?? 0,
  };
}
