import { quoteLiteral } from '../../../kernel/index.ts';
import type { AroundRun, Context } from '../context.ts';
import { installEventTriggers } from '../event-triggers/index.ts';
import { pendingPlan, rehearsalOf } from '../rehearse/index.ts';

/**
 * Lets runs on staging and production rewrite large tables only where the rehearsed plan names them. It is an event trigger, so
 * it sees what dynamic SQL does as well; where nobody here may make one, runs say so.
 */
export function armFuse(context: Context): AroundRun {
  const { environment, largeTableBytes } = context.options;
  if (environment === 'development') return {};
  let allowed: readonly string[] = [];
  return {
    async admit(files) {
      const plan = await pendingPlan(context, files);
      const rehearsal = await rehearsalOf(context, plan.hash);
      allowed = (rehearsal?.migrations ?? []).flatMap(({ statements }) => statements.flatMap(({ rewrites }) => rewrites));
    },
    async before(run) {
      const { missing } = await installEventTriggers(context, run.tiers[0]);
      if (missing) context.log.info(`${run.tiers[0]}: large rewrites are not refused`, { because: missing });
      await run.session.query({
        text: `set plinth.rewrite_limit_bytes = ${quoteLiteral(String(largeTableBytes))}; set plinth.rewrites_allowed = ${quoteLiteral(allowed.join('\n'))}`,
      });
    },
  };
}
