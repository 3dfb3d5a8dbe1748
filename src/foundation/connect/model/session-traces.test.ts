import { expect, test } from 'vitest';
import { SessionTraces } from './session-traces.ts';

const opened = () => {
  const traces = new SessionTraces();
  traces.parameter('client_encoding', 'UTF8');
  traces.parameter('application_name', 'plinth');
  return traces;
};

test('a session as it was opened is unaltered, whatever its name', () => {
  const traces = opened();
  for (const tag of ['BEGIN', 'SET', 'SELECT 3', 'INSERT 0 1', 'COMMIT']) traces.command(tag);
  traces.parameter('application_name', 'plinth:other');
  expect(traces.isAltered).toBe(false);
});

test('a parameter that is back is no trace', () => {
  const traces = opened();
  traces.parameter('client_encoding', 'SJIS');
  expect(traces.isAltered).toBe(true);
  traces.parameter('client_encoding', 'UTF8');
  expect(traces.isAltered).toBe(false);
});

test.each(['PREPARE', 'DEALLOCATE ALL', 'DECLARE CURSOR', 'LISTEN', 'DISCARD ALL'])('%s is a trace', (tag) => {
  const traces = opened();
  traces.command(tag);
  expect(traces.isAltered).toBe(true);
});
