import type { Context } from '../context.ts';
import type { LintReport } from './lint.ts';

/** The rules over the files of the platform that is open; see `plinth migrate lint`. */
export interface Lint {
  /**
   * Findings about the product's files that production does not have yet, those that are allowed included. Reads files
   * only. With `only`, about these migrations and objects files (`source/name`), of capabilities too.
   */
  findings(only?: ReadonlySet<string>): Promise<LintReport>;
}

/** Neither reads nor loads the parser yet. */
export function openLint({ sources, clock }: Context): Lint {
  return {
    async findings(only) {
      const { lint } = await import('./lint.ts');
      return lint({ sources, now: clock.now(), ...(only && { only }) });
    },
  };
}
