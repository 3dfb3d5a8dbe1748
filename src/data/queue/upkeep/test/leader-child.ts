/** Leads a queue until lead.db.test.ts kills or stops it. Arguments: endpoint as JSON, `midway` or `marks`. */
import { setTimeout as delay } from 'node:timers/promises';
import { connectOptions, openSolo } from '../../../../foundation/connect/index.ts';
import { nilUuid, silentLog, systemClock, uuidv7, withDefaults } from '../../../../kernel/index.ts';
import { type Lead, type LedLoop, lead } from '../index.ts';
import { fold, rescue, rotate } from '../sql/queries/queries.gen.ts';

const [endpoint = '{}', mode = ''] = process.argv.slice(2);
await using connect = openSolo(JSON.parse(endpoint), withDefaults(connectOptions));

const stopMidway = (name: string, work: (tx: Parameters<Parameters<Lead['transaction']>[1]>[0]) => Promise<unknown>): LedLoop => ({
  name,
  intervalMs: 1_000,
  run: (held) =>
    held.transaction(
      name,
      async (tx) => {
        await work(tx);
        console.log(`midway ${name}`);
        await delay(60_000);
        return undefined;
      },
      { deadlineMs: 120_000 },
    ),
});
const marks: LedLoop = {
  name: 'marks',
  intervalMs: 20,
  async run(held) {
    held.signal.onabort = () => console.log('over');
    await held.transaction('mark', async (tx) => void (await tx.query({ text: `insert into public.marks values (${held.term})` })));
    console.log(`marked ${held.term}`);
    return undefined;
  },
};
const loops =
  mode === 'marks'
    ? [marks]
    : [
        stopMidway('rescue', (tx) => rescue.one(tx, { after: nilUuid, most: 10 })),
        stopMidway('fold', (tx) => fold.one(tx, { after: nilUuid, most: 10 })),
        stopMidway('rotate', (tx) => rotate.one(tx, { from_slot: 0, to_slot: 1, held_by: 'the test' })),
      ];
lead({ connect, clock: systemClock, log: silentLog }, { name: 'test', holder: uuidv7(), lastsMs: 1_000, pollMs: 100 }, loops).start();
