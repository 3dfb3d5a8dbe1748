import { defineErrors } from '../../kernel/index.ts';

export const cliErrors = defineErrors('CLI', {
  BAD_FLAG: {
    exitCode: 2,
    message: (d: { flag: string; value: unknown; allowed: string }) => `${d.flag} is ${JSON.stringify(d.value)}, but must be ${d.allowed}.`,
  },
  // Nobody sees the message; the exit code is that of a program which SIGPIPE ended.
  READER_LEFT: { exitCode: 128 + 13, message: () => 'Whoever read the output left before its end.' },
  MISSING_VALUE: {
    exitCode: 2,
    message: (d: { flag: string }) => `${d.flag} needs a value: ${d.flag} <value> or ${d.flag}=<value>.`,
  },
});
