import type { Place } from './types.ts';

export const placedUpkeepIntervalMs = 3_600_000;

/** Makes the partitions of the time to come, as partition does in the shared databases. */
export async function keepUp({ connect }: Place, signal: AbortSignal): Promise<void> {
  await using session = await connect.session({ tier: 'oltp', tag: 'tenancy.placed-upkeep', signal });
  // It commits on its way.
  await session.query({ text: 'call partition.run_maintenance($1)', values: [null] });
}
