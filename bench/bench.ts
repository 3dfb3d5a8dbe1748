/** What one run of a bench found. */
export interface BenchResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** The figures the claim is about, by name: ours to the peer's in the same run. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** A claim about speed, with the peer it is measured against. `bench/<name>.ts` exports one as default. */
export interface Bench {
  readonly name: string;
  /** The bar, in words: "import reaches at least 0.5 of a bare COPY". */
  readonly claim: string;
  run(): Promise<BenchResult>;
}
