import { divide } from '../drift/index.ts';
import { eventTriggers } from '../event-triggers/index.ts';
import { compareSnapshots, type Difference, type Snapshot } from '../snapshot/index.ts';

const triggers = new Set(eventTriggers.map(({ name }) => `event trigger ${name}`));

/**
 * What stands between what files make and what is there: without the ledger, which a database that was there before has not, and
 * without the comings and goings of partitions. Other places of columns are `reordered`: no difference in what the schema says.
 */
export function compareWithFiles(expected: Snapshot, actual: Snapshot) {
  const isOfLedger = ({ identity }: Difference) => {
    const object = expected.objects.get(identity) ?? actual.objects.get(identity);
    return triggers.has(identity) || identity === 'schema migrate' || (object?.on ?? object?.name)?.startsWith('migrate.') === true;
  };
  const found = compareSnapshots(expected, actual).filter((difference) => !isOfLedger(difference));
  const { drift } = divide(found, expected, actual);
  return {
    differences: drift.filter(({ change }) => change !== 'reordered'),
    reordered: drift.filter(({ change }) => change === 'reordered').map(({ identity }) => identity),
  };
}
