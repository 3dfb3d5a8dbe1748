import { type Connect, takeLead } from '../../../foundation/connect/index.ts';
import { type Clock, type Log, loop, messageOf, type Service } from '../../../kernel/index.ts';
import { putUsageMeasure } from './sql/queries/queries.gen.ts';
import type { TenantMeasure } from './types.ts';

export interface MeasuresDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
  readonly measures: () => readonly TenantMeasure[];
}

/** So often that the last figure of an hour is about that of its end. */
const readIntervalMs = 10 * 60_000;

/** Asks capabilities what they measure, in one process of the platform. One that fails keeps no other from being asked. */
export function measureReading(deps: MeasuresDeps): Service {
  const { connect, clock, log } = deps;
  return loop(deps, {
    name: 'reading of what capabilities measure',
    intervalMs: readIntervalMs,
    async run(signal) {
      const measures = deps.measures();
      if (measures.length === 0) return;
      await using lead = await takeLead(connect, { tier: 'oltp', tag: 'tenancy.measures', name: 'tenancy.measures', signal });
      if (!lead) return;
      for (const measure of measures) {
        await readMeasure({ connect, clock }, measure, signal).catch((error) => {
          if (!signal.aborted) log.error(`${measure.name} could not be read for the usage`, { error: messageOf(error) });
        });
      }
    },
  });
}

async function readMeasure(
  { connect, clock }: Pick<MeasuresDeps, 'connect' | 'clock'>,
  measure: TenantMeasure,
  signal: AbortSignal,
): Promise<void> {
  const hour = new Date(Math.floor(clock.now().getTime() / 3_600_000) * 3_600_000);
  const amounts = [...(await measure.read(hour, signal))].map(([tenant_id, amount]) => ({ tenant_id, amount }));
  if (amounts.length === 0) return;
  const row = { hour, measure: measure.name, amounts: JSON.stringify(amounts) };
  await connect.transaction({ tier: 'oltp', as: 'owner', tag: 'tenancy.measures', signal }, (tx) => putUsageMeasure.run(tx, row));
}
