import type { Partition } from 'plinth/partition';
import type { EmailFact } from './fact-feed.ts';

type Place = Pick<EmailFact, 'emailAccountId' | 'campaignId' | 'occurred'>;

const countedByDay = ({ emailAccountId }: Place) => emailAccountId !== null;
const countedByHour = ({ campaignId }: Place) => campaignId !== null;

/**
 * Upkeep makes the months to come; mail comes from any year. Gives a function that makes the months these places are counted in, and no
 * others: an archive may skip years. What it made once it does not ask for again.
 *
 * Locks: SHARE UPDATE EXCLUSIVE on the figures, on a connection of its own; the caller must not have written figures or tenants yet.
 */
export function monthsOf(partition: Partition): (places: readonly Place[]) => Promise<void> {
  const figures = [
    { table: 'olap.mailbox_analytics', counts: countedByDay, ready: new Set<number>() },
    { table: 'olap.campaign_analytics', counts: countedByHour, ready: new Set<number>() },
  ];
  return async (places) => {
    for (const { table, counts, ready } of figures) {
      const months = new Set(places.filter(counts).map(({ occurred }) => occurred.getUTCFullYear() * 12 + occurred.getUTCMonth()));
      for (const [first, last] of runsOf([...months].filter((month) => !ready.has(month)))) {
        await partition.ensure(table, firstDay(first), firstDay(last + 1));
        for (let month = first; month <= last; month++) ready.add(month);
      }
    }
  };
}

/** First and last of the numbers that follow one another. */
function runsOf(numbers: readonly number[]): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && number === run[1] + 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

const firstDay = (month: number) => new Date(Date.UTC(Math.floor(month / 12), month % 12)).toISOString().slice(0, 10);
