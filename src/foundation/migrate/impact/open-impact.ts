import type { Context } from '../context.ts';
import { ensureProofTables, hasProofs } from '../rehearse/index.ts';
import { reportOn } from './report.ts';
import { findLastReport, saveReport } from './sql/queries/queries.gen.ts';
import type { Impact, ImpactReport } from './types.ts';

const request = { tier: 'oltp', as: 'owner', tag: 'migrate.impact' } as const;

/** Neither connects nor reads files yet. */
export function openImpact(context: Context): Impact {
  return {
    async report() {
      const report = await reportOn(context, context.readFiles());
      await ensureProofTables(context);
      const { id, planHash, environment, risk, created } = report;
      const row = { id, plan_hash: planHash, environment, risk, body: JSON.stringify(report), created: new Date(created) };
      await context.connect.transaction(request, (tx) => saveReport.run(tx, row));
      return report;
    },
    latest: () =>
      context.connect.transaction({ ...request, isReadOnly: true }, async (tx) =>
        (await hasProofs(tx)) ? ((await findLastReport.first(tx, {}))?.body as ImpactReport | undefined) : undefined,
      ),
  };
}
