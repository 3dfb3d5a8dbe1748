import { describe, expect, test } from 'vitest';
import { completeReport, type FileResult, filesToTryAgain, outcomeOf, type RunReport, type TestResult } from './outcome.ts';

const passed = (name: string): TestResult => ({ name, state: 'passed' });
const failed = (name: string, reason = 'expected 15 to be 14\nseed 7\nexample [3]\nat line 9'): TestResult => ({
  name,
  state: 'failed',
  reason,
});
const skipped = (name: string): TestResult => ({ name, state: 'skipped' });
const file = (path: string, tests: readonly TestResult[], errors: readonly string[] = []): FileResult => ({ path, tests, errors });
const run = (...files: readonly FileResult[]): RunReport => ({ files, errors: [] });

describe('one run', () => {
  test('each test is counted once, and a file that does not load as one that failed', () => {
    const report = run(file('a', [passed('1'), failed('2'), failed('3')], ['a hook failed']), file('b', [], ['SyntaxError: no\nat b']));
    expect(outcomeOf(report, undefined, false)).toEqual({
      passed: 1,
      failed: 3,
      skipped: 0,
      notes: ['failed outside of its tests: a: a hook failed', 'failed outside of its tests: b: SyntaxError: no'],
    });
  });

  test('what nobody caught fails a file all of whose tests passed', () => {
    expect(outcomeOf(run(file('a', [passed('1')], ['Unhandled: gone'])), undefined, true)).toMatchObject({ passed: 1, failed: 1 });
  });

  test('a skipped test fails in CI only, and no test at all always', () => {
    const report = run(file('a', [passed('1'), skipped('2')]));
    expect(outcomeOf(report, undefined, false)).toMatchObject({ passed: 1, failed: 0, skipped: 1, notes: ['skipped: 2'] });
    expect(outcomeOf(report, undefined, true)).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
    expect(outcomeOf(run(), undefined, false)).toMatchObject({ failed: 1, notes: ['No test was run.'] });
  });
});

describe('a second try', () => {
  const first = run(file('a', [passed('1'), failed('2')]), file('b', [passed('3')]));

  test('is for the files that failed, unless they are too many to be unlucky', () => {
    expect(filesToTryAgain(run(...first.files, file('c', [passed('4')], ['left a process behind'])))).toEqual(['a', 'c']);
    const broken = (count: number) => run(...Array.from({ length: count }, (_, n) => file(`${n}`, [failed('1')])));
    expect(filesToTryAgain(broken(10))).toHaveLength(10);
    expect(filesToTryAgain(broken(11))).toEqual([]);
  });

  test('takes the place of the first, and says what that one failed with', () => {
    expect(outcomeOf(first, run(file('a', [passed('1'), passed('2')])), true)).toEqual({
      passed: 3,
      failed: 0,
      skipped: 0,
      notes: ['', 'passed on the second try: 1', '  a: 2\n    expected 15 to be 14\n    seed 7\n    example [3]'],
    });
  });

  test('that fails, differently too, is a failure and names nobody as passed', () => {
    expect(outcomeOf(first, run(file('a', [failed('1'), passed('2')])), true)).toEqual({ passed: 2, failed: 1, skipped: 0, notes: [] });
    const outside = outcomeOf(first, run(file('a', [passed('1'), passed('2')], ['Unhandled: gone'])), true);
    expect(outside).toMatchObject({ passed: 3, failed: 1, notes: ['failed outside of its tests: a: Unhandled: gone'] });
  });

  test('hides nothing: a test it did not run, a file it did not come to, its own failure', () => {
    expect(outcomeOf(first, run(file('a', [passed('1')])), true)).toMatchObject({ passed: 2, failed: 1 });
    expect(outcomeOf(first, run(file('a', [passed('1'), skipped('2')])), true)).toMatchObject({ passed: 2, failed: 1 });
    expect(outcomeOf(first, run(), true)).toMatchObject({ passed: 2, failed: 1 });
    const own = { ...run(file('a', [passed('1'), passed('2')])), errors: ['the server did not stop'] };
    expect(outcomeOf(first, own, true)).toMatchObject({ passed: 3, failed: 1 });
  });

  test('does not mend what belongs to no file', () => {
    const report = { ...first, errors: ['Vitest ended with 1'] };
    expect(outcomeOf(report, run(file('a', [passed('1'), passed('2')])), true)).toMatchObject({
      passed: 3,
      failed: 1,
      notes: ['the run failed: Vitest ended with 1', '', expect.stringContaining('second try'), expect.any(String)],
    });
  });

  test('of a file that did not load counts what it had not counted', () => {
    const outcome = outcomeOf(run(file('a', [], ['no server'])), run(file('a', [passed('1'), passed('2')])), true);
    expect(outcome).toEqual({ passed: 2, failed: 0, skipped: 0, notes: ['', 'passed on the second try: 1', '  a\n    no server'] });
  });
});

describe('what comes after the last test', () => {
  const report = run(file('a', [passed('1')]), file('b', [passed('2')]));

  test('is of the file that left it, or else of the run', () => {
    const complete = completeReport(report, [{ file: 'b', error: 'left x' }, { error: 'left y' }, { file: 'c', error: 'left z' }], 1);
    expect(complete).toEqual({ files: [file('a', [passed('1')]), file('b', [passed('2')], ['left x'])], errors: ['left y', 'left z'] });
  });

  test('is never nothing when the run failed', () => {
    expect(completeReport(report, [], 0)).toEqual(report);
    expect(completeReport(report, [], 1).errors).toEqual(['Vitest ended with 1, see above']);
    expect(completeReport(run(file('a', [failed('1')])), [], 1).errors).toEqual([]);
  });
});
