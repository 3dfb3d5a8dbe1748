import { defineErrors } from '../../../kernel/index.ts';

export const squashErrors = defineErrors('MIGRATE', {
  BAD_RANGE: {
    exitCode: 2,
    message: (d: { range: string; reason: string }) =>
      `"${d.range}" cannot be squashed: ${d.reason}. Write <source/name>..<source/name> of one product and tier, or --to <release>.`,
  },
  CANNOT_SQUASH: {
    message: (d: { reasons: readonly string[] }) =>
      `Nothing was written, because this would be lost:\n${d.reasons.map((one) => `  ${one}`).join('\n')}\nChoose a range without it.`,
  },
  NOT_SQUASHED: {
    message: (d: { when: string; objects: readonly string[] }) =>
      `Nothing was written: ${d.when}, the squashed way differs at ${d.objects.slice(0, 5).join(', ')}. Choose a range that leaves out what made it so.`,
  },
});
