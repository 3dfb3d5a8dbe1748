import { defineErrors } from '../../kernel/index.ts';

export const queueErrors = defineErrors('QUEUE', {
  DEFINED_TWICE: {
    message: (d: { name: string }) => `The job type ${d.name} is defined twice in this process. Give one of them another name.`,
  },
});
