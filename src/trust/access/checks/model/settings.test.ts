import { expect, test } from 'vitest';
import { judgeLogging, judgeParameters, judgePasswords } from './settings.ts';

const good = {
  log_connections: 'authorization',
  log_disconnections: 'on',
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] %q%h %u@%d %a ',
  log_min_error_statement: 'error',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  password_encryption: 'scram-sha-256',
  scram_iterations: '4096',
};
const judge = (changes: Partial<typeof good>) => {
  const settings = new Map(Object.entries({ ...good, ...changes }));
  return [...judgePasswords(settings), ...judgeLogging(settings), ...judgeParameters(settings)].map(({ subject }) => subject);
};

test('[I12] settings as they should be give no finding', () => {
  expect(judge({})).toEqual([]);
});

test.each([
  ['password_encryption', 'md5'],
  ['scram_iterations', '100'],
  ['log_connections', 'off'],
  ['log_connections', ''],
  ['log_disconnections', 'off'],
  ['log_line_prefix', '%m [%p] '],
  ['log_min_error_statement', 'panic'],
  ['log_parameter_max_length', '-1'],
  ['log_parameter_max_length_on_error', '64'],
] as const)('[I12] %s = %s is found', (name, value) => {
  expect(judge({ [name]: value })).toEqual([name]);
});

test('[I12] a structured log carries what the prefix leaves out', () => {
  expect(judge({ log_line_prefix: '', log_destination: 'jsonlog' })).toEqual([]);
});
