/** What is counted of a run of the tests, and of the second one of the files that failed. */

export interface TestResult {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Of one that failed. */
  readonly reason?: string;
}

export interface FileResult {
  /** From the root of the repository. */
  readonly path: string;
  /** What failed outside of its tests: it does not load or end, a hook, what nobody caught. */
  readonly errors: readonly string[];
  readonly tests: readonly TestResult[];
}

export interface RunReport {
  readonly files: readonly FileResult[];
  /** What failed and belongs to no file: processes left behind, a run that broke off. No second try mends that. */
  readonly errors: readonly string[];
}

/** What failed after the last test. */
export interface Afterwards {
  /** Undefined: of no file. */
  readonly file?: string | undefined;
  readonly error: string;
}

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What a reader has to be told beside the numbers, as lines. */
  readonly notes: readonly string[];
}

// More than these are not unlucky, they are broken.
const mostFiles = 10;

const hasFailed = ({ errors, tests }: FileResult) => errors.length > 0 || tests.some(({ state }) => state === 'failed');

/** A report with what came after it: nothing may fail that is not in it. */
export function completeReport(report: RunReport, afterwards: readonly Afterwards[], exitCode: number | null): RunReport {
  const known = new Set(report.files.map(({ path }) => path));
  const errorsOf = (path: string) => afterwards.flatMap(({ file, error }) => (file === path ? [error] : []));
  const files = report.files.map((file) => ({ ...file, errors: [...file.errors, ...errorsOf(file.path)] }));
  const errors = [...report.errors, ...afterwards.flatMap(({ file, error }) => (file && known.has(file) ? [] : [error]))];
  const isExplained = exitCode === 0 || errors.length > 0 || files.some(hasFailed);
  return { files, errors: isExplained ? errors : [`Vitest ended with ${exitCode}, see above`] };
}

/** The files that get a second try. None where so many failed that it is not chance. */
export function filesToTryAgain({ files }: RunReport): readonly string[] {
  const failed = files.filter(hasFailed);
  return failed.length > mostFiles ? [] : failed.map(({ path }) => path);
}

/**
 * Counts each test once. A file that was tried again counts as its second try says, as a whole; one whose second try did not come about
 * as its first. With `isStrict` nothing may be skipped.
 */
export function outcomeOf(first: RunReport, second: RunReport | undefined, isStrict: boolean): Outcome {
  const seconds = new Map(second?.files.map((file) => [file.path, file]));
  const final = first.files.map((file) => {
    const again = hasFailed(file) ? seconds.get(file.path) : undefined;
    return again ? { ...again, tests: [...again.tests, ...missingTests(file, again)] } : file;
  });
  const tests = final.flatMap((file) => file.tests);
  const count = (state: TestResult['state']) => tests.filter((one) => one.state === state).length;
  // A file has no test to count for what failed outside of them.
  const broken = final.filter((file) => file.errors.length > 0 && !file.tests.some(({ state }) => state === 'failed'));
  const errors = [...first.errors, ...(second?.errors ?? [])];
  const skipped = count('skipped');
  const notes = [
    ...final.flatMap(({ path, errors: [error] }) =>
      error === undefined ? [] : [`failed outside of its tests: ${path}: ${firstLine(error)}`],
    ),
    ...tests.filter(({ state }) => state === 'skipped').map(({ name }) => `skipped: ${name}`),
    ...errors.map((error) => `the run failed: ${error}`),
  ];
  let failed = count('failed') + broken.length + (errors.length > 0 ? 1 : 0);
  if (isStrict && skipped > 0) {
    notes.push('With CI set nothing may be skipped: the machine lacks what is named above.');
    failed += skipped;
  }
  if (tests.length + failed === 0) {
    notes.push('No test was run.');
    failed = 1;
  }
  const lucky = first.files.filter((file, index) => hasFailed(file) && final[index] !== file && !hasFailed(final[index] as FileResult));
  const reasons = lucky.flatMap(firstReasons);
  if (reasons.length > 0) notes.push('', `passed on the second try: ${reasons.length}`, ...reasons);
  return { passed: count('passed'), failed, skipped, notes };
}

/** What failed first and the second try does not know of cannot have passed there. */
function missingTests(first: FileResult, second: FileResult): readonly TestResult[] {
  const known = new Set(second.tests.map(({ name }) => name));
  return first.tests.filter(({ name, state }) => state === 'failed' && !known.has(name));
}

const firstReasons = ({ path, errors, tests }: FileResult) => [
  ...errors.map((error) => `  ${path}\n    ${shortened(error)}`),
  ...tests.flatMap(({ name, state, reason = '' }) => (state === 'failed' ? [`  ${path}: ${name}\n    ${shortened(reason)}`] : [])),
];

const firstLine = (text: string) => text.split('\n')[0];
// Of a property, the seed stands in the second line and the example in the third.
const shortened = (text: string) => text.split('\n').slice(0, 3).join('\n    ').slice(0, 1_000);
