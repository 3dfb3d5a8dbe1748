import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type Afterwards, completeReport, type RunReport } from './outcome.ts';

/** By which a run of Vitest is told where to write its report. */
export const reportVariable = 'PLINTH_TEST_REPORT';

/** Where this run writes its report; undefined when nobody asked for one. */
export const reportFile = (): string | undefined => process.env[reportVariable];

const afterwardsOf = (file: string) => `${file}.afterwards`;

/** Adds what failed after the last test, when the report is written already. */
export function reportAfterwards(failure: Afterwards): void {
  const file = reportFile();
  if (file) appendFileSync(afterwardsOf(file), `${JSON.stringify(failure)}\n`);
}

/** What a run that ended with `exitCode` wrote. */
export function readReport(file: string, exitCode: number | null): RunReport {
  if (!existsSync(file)) return { files: [], errors: [`Vitest ended with ${exitCode} and without a report`] };
  const report = JSON.parse(readFileSync(file, 'utf8')) as RunReport;
  const afterwards = existsSync(afterwardsOf(file)) ? readFileSync(afterwardsOf(file), 'utf8').trim().split('\n') : [];
  return completeReport(
    report,
    afterwards.map((line) => JSON.parse(line) as Afterwards),
    exitCode,
  );
}
