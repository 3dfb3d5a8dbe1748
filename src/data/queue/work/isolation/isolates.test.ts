import { expect, test } from 'vitest';
import { silentLog } from '../../../../kernel/index.ts';
import type { Run } from '../run.ts';
import { Isolates } from './isolates.ts';

const runOf = (payload: unknown, signal = new AbortController().signal) => ({ payload, signal, missedLines() {} }) as unknown as Run;

test('[I117] no more of a job type run at once than there are processors; who waits longest is next, and who is aborted waits no longer', async () => {
  const isolates = new Isolates({ log: silentLog, graceMs: 60_000, most: 1 });
  const definition = {
    name: 'echo',
    queue: 'default',
    isolation: 'thread',
    handler: new URL('test/echo.job.ts', import.meta.url),
  } as const;
  const said: string[] = [];
  const call = (name: string, signal?: AbortSignal) =>
    isolates.call(runOf(name, signal), definition, () => said.push(`${name} begun`)).then((value) => said.push(`${value} ended`));
  const controller = new AbortController();
  const [first, second, third] = [call('first'), call('second', controller.signal), call('third')];
  controller.abort(new Error('not any more'));
  await expect(second).rejects.toThrow('not any more');
  await Promise.all([first, third]);
  expect(said).toEqual(['first begun', 'first ended', 'third begun', 'third ended']);
  await isolates.stop();
});
