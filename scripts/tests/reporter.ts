import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import { root } from '../queries/capabilities.ts';
import type { FileResult, RunReport, TestResult } from './outcome.ts';
import { reportFile } from './report-file.ts';

/** A reporter for Vitest that writes the run down for `npm test`, with what failed outside of tests and whose it is. */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = reportFile();
    if (file) writeFileSync(file, JSON.stringify(reportOf(modules, unhandled)));
  }
}

function reportOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): RunReport {
  const isEnded = (module: TestModule) => ['passed', 'failed', 'skipped'].includes(module.state());
  const paths = new Set(modules.map(({ moduleId }) => moduleId));
  const ownerOf = ({ VITEST_TEST_PATH: path }: SerializedError) => (typeof path === 'string' && paths.has(path) ? path : undefined);
  const ofNobody = unhandled.filter((error) => ownerOf(error) === undefined).map(textOf);
  // A worker that dies is an error of nobody; its file is the one that has no end.
  const hasUnended = !modules.every(isEnded);
  const files = modules.map((module): FileResult => {
    const tests = [...module.children.allTests()].map(resultOf);
    const errors = [module, ...module.children.allSuites()].flatMap((one) => one.errors()).map(textOf);
    errors.push(...unhandled.filter((error) => ownerOf(error) === module.moduleId).map(textOf));
    if (!isEnded(module)) errors.push(['it did not end', ...ofNobody].join('\n'));
    else if (module.state() === 'failed' && errors.length === 0 && !tests.some(({ state }) => state === 'failed')) errors.push('it failed');
    return { path: relative(root, module.moduleId), errors, tests };
  });
  return { files, errors: hasUnended ? [] : ofNobody };
}

function resultOf(test: TestCase): TestResult {
  const { state, errors } = test.result();
  if (state === 'passed' || state === 'skipped') return { name: test.fullName, state };
  return { name: test.fullName, state: 'failed', reason: errors?.[0] ? textOf(errors[0]) : 'it did not end' };
}

interface Thrown {
  readonly name?: string;
  readonly message: string;
  readonly stack?: string;
  /** Of a worker that died: how. */
  readonly cause?: { readonly message?: string };
}

const textOf = ({ name, message, stack, cause }: Thrown) => {
  const text = stack?.includes(message) ? stack : `${name ?? 'Error'}: ${message}`;
  return cause?.message ? `${cause.message}\n${text}` : text;
};
