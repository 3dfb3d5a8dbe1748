import { defineErrors } from '../../../kernel/index.ts';

export const flagErrors = defineErrors('TENANCY', {
  UNKNOWN_FLAG: {
    httpStatus: 404,
    exitCode: 2,
    message: (d: { name: string; known: readonly string[] }) =>
      `There is no flag ${d.name}. There ${d.known.length === 0 ? 'is none yet' : `are: ${d.known.join(', ')}`}; add it with: plinth tenancy flag add.`,
  },
  BAD_FLAG: {
    httpStatus: 422,
    exitCode: 2,
    message: (d: { what: 'name' | 'meaning'; value: string; allowed: string }) =>
      `The ${d.what} of a flag cannot be ${JSON.stringify(d.value)}; it has to be ${d.allowed}.`,
  },
  FLAG_AT_END: {
    httpStatus: 409,
    exitCode: 2,
    message: (d: { name: string; ring: string }) =>
      `Flag ${d.name} is in ring "${d.ring}" already${d.ring === 'all' ? ': everybody has it' : d.ring === 'none' ? ': nobody has it' : ''}. Nothing was changed.`,
  },
  FLAG_MOVED: {
    httpStatus: 409,
    retryable: true,
    message: (d: { name: string; ring: string }) =>
      `Somebody took a step with flag ${d.name} at the same moment: it is in ring "${d.ring}" now. Look at "plinth tenancy flag show ${d.name}" and decide again.`,
  },
});
